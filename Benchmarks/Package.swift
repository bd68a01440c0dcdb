// swift-tools-version: 6.1
import PackageDescription

// The floors that the platform's figures are divided by: the same work at the speed of plain C, or
// of
// the usual library. `make bench` builds them, runs floor and platform in turn and prints the
// ratios.
let package = Package(
  name: "Benchmarks",
  targets: [
    .systemLibrary(name: "CSQLite", pkgConfig: "sqlite3", providers: [.apt(["libsqlite3-dev"])]),
    .executableTarget(name: "store-floor", dependencies: ["CSQLite"]),
    .executableTarget(name: "json-floor"),
  ]
)
