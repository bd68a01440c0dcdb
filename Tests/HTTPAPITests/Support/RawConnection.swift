import Foundation

/// A connection whose bytes are written by hand, for requests that no client would send.
struct RawConnection: Sendable {
  /// What came back until the other side closed, or nothing more came for a while.
  struct Exchange: Sendable {
    var text: String
    var seconds: Double
    /// Whether the server ended the connection.
    var isClosed: Bool

    var status: Int? {
      text.split(separator: " ", maxSplits: 2).dropFirst().first.flatMap { Int($0) }
    }
  }

  let port: Int

  /// Sends the pieces, pausing before each but the first, and reads what comes back.
  func send(
    _ pieces: [[UInt8]], pauseInMilliseconds: Int = 0, waitingInSeconds: Int = 10
  ) async -> Exchange {
    await withCheckedContinuation { continuation in
      Thread.detachNewThread {
        continuation.resume(
          returning: exchange(pieces, pauseInMilliseconds, waitingInSeconds))
      }
    }
  }

  func send(_ text: String, waitingInSeconds: Int = 10) async -> Exchange {
    await send([Array(text.utf8)], waitingInSeconds: waitingInSeconds)
  }

  private func exchange(_ pieces: [[UInt8]], _ pause: Int, _ wait: Int) -> Exchange {
    let start = ContinuousClock.now
    let file = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    defer { close(file) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(port).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let connected = withUnsafePointer(to: &address) {
      $0.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        connect(file, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
      }
    }
    guard connected == 0 else { return Exchange(text: "", seconds: 0, isClosed: true) }
    var limit = timeval(tv_sec: wait, tv_usec: 0)
    setsockopt(file, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
    for (index, piece) in pieces.enumerated() {
      if index > 0 { usleep(UInt32(pause * 1_000)) }
      var sent = 0
      while sent < piece.count {
        let count = piece[sent...].withUnsafeBytes {
          Foundation.send(file, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL))
        }
        if count <= 0 { break }
        sent += count
      }
      if sent < piece.count { break }
    }
    var bytes: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 65_536)
    var isClosed = false
    while true {
      let count = recv(file, &buffer, buffer.count, 0)
      if count > 0 {
        bytes += buffer[..<count]
      } else {
        isClosed = count == 0 || errno == ECONNRESET
        break
      }
    }
    let elapsed = (ContinuousClock.now - start).components
    return Exchange(
      text: String(decoding: bytes, as: UTF8.self),
      seconds: Double(elapsed.seconds) + Double(elapsed.attoseconds) * 1e-18, isClosed: isClosed)
  }
}
