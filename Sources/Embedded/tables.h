// The tables of Data/ that the program carries: TABLE(symbol, path below Data/).
TABLE(readme, "README.md")
