import RecordStore
import Synchronization

/// Figures about the requests, in the text format of Prometheus; nothing about persons.
///
/// The labels are the route's template, the method and the status: bounded by the table of routes.
/// <https://prometheus.io/docs/instrumenting/exposition_formats/>
final class Metrics: Sendable {
  private struct Label: Hashable {
    var route: String
    var method: String
    var status: Int
  }

  private struct Series {
    var count = 0
    var seconds = 0.0
    var bytes = 0
    var buckets = [Int](repeating: 0, count: Metrics.bounds.count)

    mutating func add(_ seconds: Double, _ bytes: Int, _ bucket: Int?) {
      count += 1
      self.seconds += seconds
      self.bytes += bytes
      if let bucket { buckets[bucket] += 1 }
    }
  }

  /// Upper bounds of the histogram, in seconds.
  private static let bounds = [0.001, 0.005, 0.02, 0.1, 0.5, 2, 10]

  private let series = Mutex<[Label: Series]>([:])

  /// Counts one request.
  func record(route: String, method: String, status: Int, seconds: Double, bytes: Int) {
    let bucket = Self.bounds.firstIndex { seconds <= $0 }
    series.withLock {
      $0[Label(route: route, method: method, status: status), default: Series()]
        .add(seconds, bytes, bucket)
    }
  }

  /// The text of `/metrics`.
  func exposition(requestsInWork: Int, store: Statistics) -> String {
    var out = Exposition()
    let series = series.withLock { $0 }.sorted {
      ($0.key.route, $0.key.method, $0.key.status) < ($1.key.route, $1.key.method, $1.key.status)
    }
    out.family("kangqu_http_request_seconds", "histogram", "Time from a request to its answer.")
    for (label, series) in series {
      let labels =
        "route=\"\(label.route)\",method=\"\(label.method)\",status=\"\(label.status)\""
      var sum = 0
      for (bound, count) in zip(Self.bounds, series.buckets) {
        sum += count
        out.line("kangqu_http_request_seconds_bucket{\(labels),le=\"\(bound)\"} \(sum)")
      }
      out.line("kangqu_http_request_seconds_bucket{\(labels),le=\"+Inf\"} \(series.count)")
      out.line("kangqu_http_request_seconds_sum{\(labels)} \(series.seconds)")
      out.line("kangqu_http_request_seconds_count{\(labels)} \(series.count)")
    }
    out.family("kangqu_http_response_bytes_total", "counter", "Bytes of answers, by route.")
    let byRoute = Dictionary(grouping: series) { $0.key.route }.sorted { $0.key < $1.key }
    for (route, series) in byRoute {
      let bytes = series.reduce(0) { $0 + $1.value.bytes }
      out.line("kangqu_http_response_bytes_total{route=\"\(route)\"} \(bytes)")
    }
    out.gauge("kangqu_http_requests_in_work", requestsInWork, "Requests in work now.")
    out.gauge(
      "kangqu_store_resources", store.counts.values.reduce(0, +), "Resources that are not deleted.")
    out.gauge("kangqu_store_file_bytes", store.fileSizeInBytes, "Size of the store's file.")
    out.gauge("kangqu_store_log_bytes", store.logSizeInBytes, "Size of the write-ahead log.")
    out.gauge("kangqu_store_sequence", Int(store.sequence), "Last number of the change feed.")
    out.gauge("kangqu_store_writes_waiting", store.waiting, "Writes that wait for the writer.")
    return out.text
  }
}

/// Lines of the text format.
private struct Exposition {
  var text = ""

  mutating func line(_ line: String) { text += line + "\n" }

  mutating func family(_ name: String, _ type: String, _ help: String) {
    line("# HELP \(name) \(help)")
    line("# TYPE \(name) \(type)")
  }

  mutating func gauge(_ name: String, _ value: Int, _ help: String) {
    family(name, "gauge", help)
    line("\(name) \(value)")
  }
}
