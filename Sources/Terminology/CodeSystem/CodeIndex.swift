import FHIR

/// From a code to its concept: a table of places, open addressing, half empty.
struct CodeIndex: Sendable {
  /// The places of concepts; -1 where nothing is.
  private var slots: [Int32]
  private let mask: Int
  private let isCaseSensitive: Bool

  /// Of two concepts with the same code the first is found.
  init(_ codes: [Span], texts: [UInt8], isCaseSensitive: Bool) {
    var size = 8
    while size < codes.count * 2 { size *= 2 }
    mask = size - 1
    slots = Array(repeating: -1, count: size)
    self.isCaseSensitive = isCaseSensitive
    for place in codes.indices {
      let key = Self.key(texts, codes[place], isCaseSensitive)
      let slot = slot(of: key, codes, texts)
      if slots[slot] < 0 { slots[slot] = Int32(truncatingIfNeeded: place) }
    }
  }

  func place(of code: String, _ codes: some RandomAccessCollection<Span>, texts: [UInt8]) -> Int? {
    let key = Array(isCaseSensitive ? code.utf8 : code.lowercased().utf8)
    let place = slots[slot(of: key[...], codes, texts)]
    return place < 0 ? nil : Int(place)
  }

  /// The slot in which a code is, or the empty one where it would be.
  private func slot(
    of key: ArraySlice<UInt8>, _ codes: some RandomAccessCollection<Span>, _ texts: [UInt8]
  ) -> Int {
    var hasher = Hasher()
    key.withUnsafeBytes { hasher.combine(bytes: $0) }
    var slot = hasher.finalize() & mask
    while slots[slot] >= 0 {
      let place = codes.index(codes.startIndex, offsetBy: Int(slots[slot]))
      if Self.key(texts, codes[place], isCaseSensitive) == key { return slot }
      slot = (slot + 1) & mask
    }
    return slot
  }

  private static func key(_ texts: [UInt8], _ span: Span, _ isCaseSensitive: Bool)
    -> ArraySlice<UInt8>
  {
    let bytes = texts[Int(span.start)..<Int(span.start) + Int(span.count)]
    if isCaseSensitive { return bytes }
    return Array(String(decoding: bytes, as: UTF8.self).lowercased().utf8)[...]
  }
}
