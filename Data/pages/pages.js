// Conveniences only: every page works without this file.
// The key / goes to the finder from anywhere but a field.
addEventListener("keydown", (event) => {
  const field = document.getElementById("find");
  const isTyping = /^(INPUT|TEXTAREA|SELECT)$/.test(event.target.tagName) || event.target.isContentEditable;
  if (!field || event.key !== "/" || isTyping || event.ctrlKey || event.metaKey || event.altKey) return;
  event.preventDefault();
  field.focus();
  field.select();
});
