import HTTPAPI

/// Packs bodies in tests.
enum GzipBytes {
  static func of(_ bytes: [UInt8]) throws -> [UInt8] { try Gzip.compressed(bytes, level: 9) }
}
