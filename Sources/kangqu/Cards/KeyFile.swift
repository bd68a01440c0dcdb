import ArgumentParser
import CardOffice
import FHIR
import Foundation
import Trust

/// Where a region's card keys are kept, sealed under the operator's key.
struct KeyFile {
  static let name = "card-keys.json"
  private static let limitInBytes = 64 << 20

  let path: String

  init(directory: String) { path = directory + "/" + Self.name }

  var exists: Bool { FileManager.default.fileExists(atPath: path) }

  /// Opens what is kept.
  func load(
    under wrapping: any SymmetricKey, _ module: any CryptographicModule
  ) throws(Anomaly) -> RegionKeys {
    guard let content = FileManager.default.contents(atPath: path) else {
      throw .notFound(
        "There are no card keys at \(path); see `kangqu card keys init --help`.",
        chinese: "\(path) 没有卡密钥,请先执行 kangqu card keys init。")
    }
    guard content.count <= Self.limitInBytes else {
      throw .incorrect("\(path) is too long.", chinese: "\(path) 过长。", code: .tooLong)
    }
    return try RegionKeys(
      sealed: JSON(parsing: [UInt8](content)), under: wrapping, module)
  }

  /// Puts keys in the place of those before, whole or not at all, for the owner's eyes only.
  func save(_ keys: RegionKeys, under wrapping: any SymmetricKey) throws(Anomaly) {
    try PrivateFile.write(try keys.sealed(under: wrapping).encoded(), to: path)
  }
}

/// Files that nobody but their owner may read.
enum PrivateFile {
  private static let mode: mode_t = 0o600

  /// Writes beside the file and renames, so that a reader sees the old or the new one.
  static func write(_ bytes: [UInt8], to path: String) throws(Anomaly) {
    let new = path + ".new"
    let descriptor = open(new, O_WRONLY | O_CREAT | O_EXCL, mode)
    guard descriptor >= 0 else {
      throw Anomaly(
        .unavailable,
        "\(new) cannot be made: \(String(cString: strerror(errno))). Is another command at work?",
        chinese: "无法建立 \(new),可能有另一命令正在执行。")
    }
    let file = FileHandle(fileDescriptor: descriptor, closeOnDealloc: false)
    do {
      try file.write(contentsOf: Data(bytes))
      try file.synchronize()
      try file.close()
    } catch {
      unlink(new)
      throw Anomaly(.unavailable, "\(new) cannot be written: \(error)", chinese: "无法写入 \(new)")
    }
    guard rename(new, path) == 0 else {
      unlink(new)
      throw Anomaly(.unavailable, "\(path) cannot be replaced", chinese: "无法替换 \(path)")
    }
  }

  /// The text of a file; refuses one that others may read.
  static func text(_ path: String) throws(Anomaly) -> String {
    var status = stat()
    guard stat(path, &status) == 0, let content = FileManager.default.contents(atPath: path) else {
      throw .notFound("\(path) cannot be read", chinese: "无法读取 \(path)")
    }
    guard status.st_mode & 0o077 == 0 else {
      throw Anomaly(
        .forbidden, "\(path) may be read by others; set its mode to 600.",
        chinese: "\(path) 可被他人读取,请执行 chmod 600。", code: .security)
    }
    return String(decoding: content, as: UTF8.self)
  }
}

/// How an operator hands over the key-encryption key: by a file, or by the environment.
struct KeyOptions: ParsableArguments {
  static let variable = "KANGQU_CARD_KEK"

  @Option(
    help: ArgumentHelp(
      "密钥文件 · File of the key-encryption key", valueName: "file"))
  var kekFile: String?

  /// The key, or nil where none is given.
  func wrappingKey(
    _ module: any CryptographicModule
  ) throws(Anomaly) -> (any SymmetricKey)? {
    if let kekFile { return try RegionKeys.wrappingKey(PrivateFile.text(kekFile), module) }
    guard let text = ProcessInfo.processInfo.environment[Self.variable], !text.isEmpty else {
      return nil
    }
    return try RegionKeys.wrappingKey(text, module)
  }

  /// The key; refuses to go on without one.
  func neededKey(_ module: any CryptographicModule) throws(Anomaly) -> any SymmetricKey {
    guard let key = try wrappingKey(module) else {
      throw .incorrect(
        "Give the key-encryption key by --kek-file or in \(Self.variable).",
        chinese: "请用 --kek-file 或环境变量 \(Self.variable) 提供密钥加密密钥。", code: .required)
    }
    return key
  }

  /// The keys of a directory; nil, with a word, where there are none or nothing opens them.
  func keys(in directory: String) throws(Anomaly) -> RegionKeys? {
    let file = KeyFile(directory: directory)
    guard file.exists else { return nil }
    let module = try OpenSSLModule()
    guard let wrapping = try wrappingKey(module) else {
      Talk.say(
        "kangqu: 未提供密钥加密密钥,电子健康卡停用 · no \(Self.variable): cards show no codes")
      return nil
    }
    return try file.load(under: wrapping, module)
  }
}
