import Foundation

/// How many threads a batch uses.
enum Cores {
  static let active = ProcessInfo.processInfo.activeProcessorCount
}
