// swift-tools-version: 6.1
import PackageDescription

/// Every Swift target is strict: warnings are errors, existentials are spelled, imports are
/// internal.
let strict: [SwiftSetting] = [
  .enableUpcomingFeature("ExistentialAny"),
  .enableUpcomingFeature("InternalImportsByDefault"),
  .unsafeFlags(["-warnings-as-errors"]),
]

func floor(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .target(name: name, dependencies: dependencies, swiftSettings: strict)
}

func tests(_ name: String, _ dependencies: [Target.Dependency] = []) -> Target {
  .testTarget(
    name: name + "Tests", dependencies: [.target(name: name), "TestSupport"] + dependencies,
    swiftSettings: strict)
}

// A target imports only what stands above it in this list.
let package = Package(
  name: "kangqu",
  platforms: [.macOS(.v15)],
  dependencies: [
    .package(url: "https://github.com/hummingbird-project/hummingbird", from: "2.28.1"),
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.6.0"),
    .package(url: "https://github.com/swift-server/swift-service-lifecycle", from: "2.13.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.1"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.0"),
  ],
  targets: [
    // MARK: The ground — tables of Data/ and C libraries.
    .target(name: "Embedded", cSettings: [.headerSearchPath("../../Data")]),

    .systemLibrary(name: "CZlib", pkgConfig: "zlib", providers: [.apt(["zlib1g-dev"])]),
    .systemLibrary(
      name: "CZstd", pkgConfig: "libzstd", providers: [.apt(["libzstd-dev"])]),
    .systemLibrary(name: "CExpat", providers: [.apt(["libexpat1-dev"])]),
    .systemLibrary(name: "COpenSSL", pkgConfig: "libcrypto", providers: [.apt(["libssl-dev"])]),

    // MARK: The kernel
    floor("FHIR", ["Embedded"]),
    floor("FHIRXML", ["FHIR", "CExpat"]),
    floor("Ucum", ["FHIR"]),
    floor("FHIRPath", ["FHIR", "Ucum"]),
    floor("Patching", ["FHIR", "FHIRPath"]),
    floor("Terminology", ["FHIR", "FHIRPath", "Embedded"]),
    floor("Validation", ["FHIR", "FHIRPath", "Ucum", "Terminology"]),
    floor("Spreadsheet", ["FHIR", "FHIRXML", "CZlib"]),
    floor("FHIRSearch", ["FHIR", "Ucum"]),
    floor("RecordStore", ["FHIR", "FHIRSearch"]),
    floor(
      "RecordStoreSQLite",
      [
        "RecordStore", "FHIR", "FHIRSearch", "CZstd", "Embedded",
        .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),

    // MARK: The services
    floor(
      "Canonicals",
      ["FHIR", "FHIRSearch", "Terminology", "Validation", "Spreadsheet", "RecordStore"]),
    floor(
      "Trust", ["FHIR", "COpenSSL", .product(name: "SwiftASN1", package: "swift-asn1")]),
    floor("People", ["FHIR", "Embedded"]),
    floor("Registries", ["FHIR", "FHIRSearch", "RecordStore", "People"]),
    floor("MasterIndex", ["People", "RecordStore", "FHIRSearch", "FHIR"]),

    // MARK: The algorithms — no clock, no store
    floor("Credentials", ["Trust", "FHIR"]),

    // MARK: The services on the store
    floor("CardOffice", ["Credentials", "Trust", "RecordStore", "FHIRSearch", "FHIR"]),

    // MARK: The demonstration
    floor("District", ["FHIR", "Embedded", "Registries"]),

    // MARK: The surface
    floor(
      "Pages",
      [
        "Embedded", "FHIR", "FHIRSearch", "RecordStore", "People", "Registries", "MasterIndex",
        "Credentials", "CardOffice", "Canonicals", "Terminology", "Spreadsheet",
        .product(name: "Mustache", package: "swift-mustache"),
      ]),
    floor(
      "HTTPAPI",
      [
        "FHIR", "FHIRXML", "FHIRPath", "Patching", "Validation", "Terminology", "FHIRSearch",
        "RecordStore", "Canonicals", "People", "MasterIndex", "CZlib",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "HummingbirdCore", package: "hummingbird"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "ServiceLifecycle", package: "swift-service-lifecycle"),
        .product(name: "UnixSignals", package: "swift-service-lifecycle"),
      ]),

    .executableTarget(
      name: "kangqu",
      dependencies: [
        "FHIR", "FHIRXML", "FHIRPath", "Patching", "Validation", "Spreadsheet", "Terminology",
        "RecordStore", "RecordStoreSQLite", "FHIRSearch", "Canonicals", "People", "MasterIndex",
        "Trust", "Credentials", "CardOffice", "District", "HTTPAPI", "Pages",
        .product(name: "Hummingbird", package: "hummingbird"),
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ], swiftSettings: strict),

    // MARK: Tests
    .target(
      name: "TestSupport", dependencies: ["FHIR"], path: "Tests/TestSupport",
      swiftSettings: strict),
    tests("FHIR"),
    .executableTarget(
      name: "StoreCrash", dependencies: ["RecordStoreSQLite", "RecordStore", "FHIR"],
      path: "Tests/StoreCrash", swiftSettings: strict),
    tests(
      "RecordStoreSQLite", ["RecordStore", "FHIR", "FHIRSearch", "StoreCrash"]),
    tests("FHIRXML"),
    tests("Ucum", ["FHIR"]),
    tests("FHIRPath", ["FHIR"]),
    tests("Patching", ["FHIR"]),
    tests(
      "Registries", ["FHIR", "FHIRSearch", "RecordStore", "RecordStoreSQLite", "Validation"]),
    tests(
      "Pages",
      [
        "FHIR", "RecordStore", "RecordStoreSQLite", "District", "Registries", "Trust",
        "Credentials", "CardOffice", "Canonicals",
      ]),
    tests("Validation", ["FHIR", "FHIRXML"]),
    tests("Spreadsheet", ["FHIR"]),
    tests("Terminology", ["FHIR"]),
    tests("FHIRSearch", ["FHIR"]),
    tests(
      "HTTPAPI",
      [
        "FHIR", "FHIRXML", "Patching", "RecordStore", "RecordStoreSQLite", "Canonicals",
        "MasterIndex",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
      ]),
    tests("Canonicals", ["FHIR", "RecordStore", "RecordStoreSQLite"]),
    tests("kangqu"),
    .testTarget(name: "TidyTests", dependencies: ["TestSupport"], swiftSettings: strict),
    tests("People", ["FHIR"]),
    tests("MasterIndex", ["People", "RecordStore", "RecordStoreSQLite", "FHIRSearch", "FHIR"]),
    tests("District", ["FHIR", "Validation"]),
    tests("Trust", ["FHIR"]),
    tests("Credentials", ["Trust", "FHIR", "Validation"]),
    tests(
      "CardOffice",
      [
        "Credentials", "Trust", "FHIR", "RecordStore", "RecordStoreSQLite", "Validation",
        "District",
      ]),
  ]
)

// `KANGQU_ONLY=FHIRPath,FHIRPathTests swift test` builds these targets and what they stand on:
// short edits.
if let only = Context.environment["KANGQU_ONLY"] {
  let byName = Dictionary(uniqueKeysWithValues: package.targets.map { ($0.name, $0) })
  var kept: Set<String> = []
  var products: Set<String> = []
  func keep(_ name: String) {
    guard let target = byName[name], kept.insert(name).inserted else { return }
    for dependency in target.dependencies {
      switch dependency {
      case .targetItem(let name, _): keep(name)
      case .byNameItem(let name, _): keep(name)
      case .productItem(_, let package, _, _): products.insert(package ?? "")
      @unknown default: break
      }
    }
  }
  for name in only.split(separator: ",") { keep(String(name)) }
  package.targets.removeAll { !kept.contains($0.name) }
  package.products = []
  package.dependencies.removeAll { dependency in
    guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
    return !products.contains { location.hasSuffix("/" + $0) }
  }
}
