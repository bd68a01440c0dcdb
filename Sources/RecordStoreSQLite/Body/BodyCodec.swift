import CZstd
import FHIR
import Synchronization

/// Compresses and restores bodies by zstd with dictionaries: alike resources cost little.
///
/// Every frame carries a checksum, so a damaged body is never taken for a whole one.
final class BodyCodec: Sendable {
  /// A body as it lies in the database.
  struct Packed: Sendable {
    var dictionary: Int64
    var bytes: [UInt8]
  }

  private struct State: ~Copyable {
    var dictionaries: [Int64: Dictionary] = [:]
    var current: Int64 = 0
  }

  private let state = Mutex(State())
  private let packers = Mutex<[Context]>([])
  private let unpackers = Mutex<[Context]>([])

  static let level: Int32 = 3
  /// No body is larger than this; a frame that claims more is damaged.
  static let sizeLimit = 64 << 20

  /// Makes a dictionary known; the one with the greatest number is used for new bodies.
  func add(_ number: Int64, _ bytes: [UInt8]) throws(Anomaly) {
    guard let dictionary = Dictionary(bytes) else {
      throw .fault("Dictionary \(number) cannot be loaded")
    }
    state.withLock { state in
      state.dictionaries[number] = dictionary
      state.current = max(state.current, number)
    }
  }

  /// The number of the dictionary that new bodies are packed with; 0 for none.
  var current: Int64 { state.withLock { $0.current } }

  private func dictionary(_ number: Int64) throws(Anomaly) -> Dictionary? {
    if number == 0 { return nil }
    guard let found = state.withLock({ $0.dictionaries[number] }) else {
      throw .fault("A body needs dictionary \(number), which is missing")
    }
    return found
  }

  func pack(_ body: [UInt8]) throws(Anomaly) -> Packed {
    let number = current
    let dictionary = try dictionary(number)
    let context = packers.withLock { $0.popLast() } ?? Context(.pack)
    defer { packers.withLock { $0.append(context) } }
    guard let handle = context.handle else { throw .fault("zstd gave no context") }
    let bound = ZSTD_compressBound(body.count)
    var size = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: bound) { buffer, count in
      size = body.withUnsafeBytes { body in
        ZSTD_CCtx_refCDict(handle, dictionary?.packing)
        return ZSTD_compress2(handle, buffer.baseAddress, bound, body.baseAddress, body.count)
      }
      count = ZSTD_isError(size) == 0 ? size : 0
    }
    guard ZSTD_isError(size) == 0 else { throw .fault("zstd: \(Self.words(size))") }
    return Packed(dictionary: number, bytes: bytes)
  }

  /// Restores a body; an error when a single bit of it has changed.
  func unpack(_ packed: UnsafeRawBufferPointer, dictionary number: Int64) throws(Anomaly)
    -> [UInt8]
  {
    if packed.isEmpty { return [] }
    let dictionary = try dictionary(number)
    let context = unpackers.withLock { $0.popLast() } ?? Context(.unpack)
    defer { unpackers.withLock { $0.append(context) } }
    guard let handle = context.handle else { throw .fault("zstd gave no context") }
    let claimed = ZSTD_getFrameContentSize(packed.baseAddress, packed.count)
    guard claimed <= UInt64(Self.sizeLimit) else { throw Self.damaged("its size is unknown") }
    var size = 0
    let bytes = [UInt8](unsafeUninitializedCapacity: Int(claimed)) { buffer, count in
      ZSTD_DCtx_refDDict(handle, dictionary?.unpacking)
      size = ZSTD_decompressDCtx(
        handle, buffer.baseAddress, Int(claimed), packed.baseAddress, packed.count)
      count = ZSTD_isError(size) == 0 ? size : 0
    }
    guard ZSTD_isError(size) == 0 else { throw Self.damaged(Self.words(size)) }
    return bytes
  }

  private static func words(_ code: Int) -> String { String(cString: ZSTD_getErrorName(code)) }

  private static func damaged(_ why: String) -> Anomaly {
    .fault("A stored body is damaged (\(why)); restore a backup", chinese: "存储的资源正文已损坏,请恢复备份")
  }

  /// The two digested forms of a dictionary; never freed before the codec.
  private final class Dictionary: @unchecked Sendable {
    let packing: OpaquePointer
    let unpacking: OpaquePointer

    init?(_ bytes: [UInt8]) {
      let pair = bytes.withUnsafeBytes { bytes in
        (
          ZSTD_createCDict(bytes.baseAddress, bytes.count, BodyCodec.level),
          ZSTD_createDDict(bytes.baseAddress, bytes.count)
        )
      }
      guard let packing = pair.0, let unpacking = pair.1 else { return nil }
      self.packing = packing
      self.unpacking = unpacking
    }

    deinit {
      ZSTD_freeCDict(packing)
      ZSTD_freeDDict(unpacking)
    }
  }

  /// A zstd context, used by one thread at a time.
  private final class Context: @unchecked Sendable {
    enum Use { case pack, unpack }
    let handle: OpaquePointer?
    let use: Use

    init(_ use: Use) {
      self.use = use
      switch use {
      case .pack:
        handle = ZSTD_createCCtx()
        ZSTD_CCtx_setParameter(handle, ZSTD_c_compressionLevel, BodyCodec.level)
        ZSTD_CCtx_setParameter(handle, ZSTD_c_checksumFlag, 1)
        ZSTD_CCtx_setParameter(handle, ZSTD_c_dictIDFlag, 0)
      case .unpack: handle = ZSTD_createDCtx()
      }
    }

    deinit {
      switch use {
      case .pack: ZSTD_freeCCtx(handle)
      case .unpack: ZSTD_freeDCtx(handle)
      }
    }
  }
}
