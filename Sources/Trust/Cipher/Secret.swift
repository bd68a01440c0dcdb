import COpenSSL
package import FHIR

/// Secret bytes, such as a key, that are overwritten when nobody holds them any more.
///
/// GB/T 37092 (GM/T 0028) asks of a cryptographic module that unneeded key material is zeroed.
package final class Secret: @unchecked Sendable {
  /// The longest secret that makes sense here, a MAC key of several blocks.
  package static let largestCount = 4096

  private let memory: UnsafeMutableRawPointer
  package let count: Int

  /// Takes the bytes over; the caller's array is overwritten.
  package convenience init(taking bytes: inout [UInt8]) throws(Anomaly) {
    try self.init(copying: bytes)
    Self.overwrite(&bytes)
    bytes = []
  }

  /// Overwrites bytes that held a secret; copies that others hold are theirs to overwrite.
  package static func overwrite(_ bytes: inout [UInt8]) {
    bytes.withUnsafeMutableBytes { OPENSSL_cleanse($0.baseAddress, $0.count) }
  }

  /// Copies bytes that the caller answers for.
  package init(copying bytes: [UInt8]) throws(Anomaly) {
    guard bytes.count <= Self.largestCount else {
      throw .incorrect(
        "A secret has \(bytes.count) bytes; at most \(Self.largestCount) are taken.",
        chinese: "密钥材料有\(bytes.count)字节，最多\(Self.largestCount)字节。", code: .tooLong)
    }
    count = bytes.count
    memory = .allocate(byteCount: max(count, 1), alignment: 16)
    bytes.withUnsafeBytes {
      memory.copyMemory(from: $0.baseAddress ?? .init(memory), byteCount: count)
    }
  }

  deinit {
    OPENSSL_cleanse(memory, count)
    memory.deallocate()
  }

  /// Shows the bytes for as long as the body runs.
  package func withBytes<Result>(_ body: (UnsafeRawBufferPointer) -> Result) -> Result {
    withExtendedLifetime(self) { body(UnsafeRawBufferPointer(start: memory, count: count)) }
  }
}

/// Whether two byte strings are equal, in a time that tells nothing about where they differ.
package func isEqualInConstantTime(_ left: [UInt8], _ right: [UInt8]) -> Bool {
  left.count == right.count && CRYPTO_memcmp(left, right, left.count) == 0
}
