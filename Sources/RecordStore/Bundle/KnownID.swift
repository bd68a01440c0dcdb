package import FHIR

extension BundleEntry {
  /// The same as an update under an id that is always the same, where it would create one.
  ///
  /// A conditional create stays as it is: its condition keeps it from doubling.
  package func withKnownID() throws(Anomaly) -> BundleEntry {
    guard verb == .post, ifNoneExist == nil, let resource,
      let type = resource.root.member("resourceType")?.string, url == type
    else { return self }
    let prefix = "urn:uuid:"
    let id =
      if let fullURL, fullURL.hasPrefix(prefix), ResourceKey.isID(fullURL.dropFirst(prefix.count)) {
        String(fullURL.dropFirst(prefix.count)).lowercased()
      } else {
        ContentID.of(resource.bytes)
      }
    var entry = self
    entry.verb = .put
    entry.url = "\(type)/\(id)"
    if resource.root.member("id")?.string != id {
      var tree = JSON(resource.root)
      tree["id"] = .string(id)
      entry.resource = try JSONDocument.parse(tree.encoded())
    }
    return entry
  }
}

/// An id made of content: the same bytes have the same id, others another.
package enum ContentID {
  /// Two 64-bit FNV-1a hashes from different starts, written as 32 hexadecimal digits.
  package static func of(_ bytes: UnsafeRawBufferPointer) -> String {
    var first: UInt64 = 0xCBF2_9CE4_8422_2325
    var second: UInt64 = 0x9E37_79B9_7F4A_7C15
    for byte in bytes {
      first = (first ^ UInt64(byte)) &* 0x100_0000_01B3
      second = (second ^ UInt64(byte)) &* 0x100_0000_01B3
      second ^= second >> 29
    }
    return hexadecimal(first) + hexadecimal(second)
  }

  private static func hexadecimal(_ value: UInt64) -> String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
