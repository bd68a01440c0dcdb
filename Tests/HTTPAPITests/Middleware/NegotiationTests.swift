import FHIR
import Testing

@testable import HTTPAPI

/// <https://hl7.org/fhir/R4/http.html#mime-type>
@Suite struct NegotiationTests {
  @Test(arguments: [
    ("application/fhir+json", nil, MediaFormat.json), ("application/fhir+xml", nil, .xml),
    ("text/xml;q=0.5, application/json;q=0.9", nil, .json), ("*/*", nil, .json),
    ("application/fhir+xml", "json", .json), ("text/html", "application/fhir+xml", .xml),
    ("application/fhir+json; fhirVersion=4.0", nil, .json),
    ("application/*;q=0.1, application/fhir+xml;q=0.2", nil, .xml),
  ])
  func `chooses by format first, then by the weights of Accept`(
    accept: String, format: String?, expected: MediaFormat
  ) throws {
    #expect(try Negotiation(accept: accept, format: format).format == expected)
  }

  @Test(arguments: ["image/png", "application/fhir+json; fhirVersion=3.0", "application/json;q=0"])
  func `refuses what cannot be made as Not Acceptable`(accept: String) {
    let error = #expect(throws: Anomaly.self) { try Negotiation(accept: accept, format: nil) }
    #expect(error?.status == 406)
  }

  @Test func `refuses a body of an unknown type as Unsupported Media Type`() async throws {
    try await TestServer.run { server in
      for type in ["text/plain", "application/fhir+json; charset=gb18030", "image/png"] {
        let answer = try await server.send("POST", "Patient", Array("{}".utf8), type: type)
        #expect(answer.status == 415, "\(type)")
        #expect(answer.json["resourceType"] == "OperationOutcome")
      }
      let coded = try await server.send(
        "POST", "Patient", Array("{}".utf8), headers: ["Content-Encoding": "br"])
      #expect(coded.status == 415)
    }
  }

  @Test func `takes and gives XML, plain and spaced JSON, gzip both ways`() async throws {
    try await TestServer.run { server in
      let xml =
        "<Patient xmlns=\"http://hl7.org/fhir\"><id value=\"x\"/><active value=\"true\"/></Patient>"
      let put = try await server.send(
        "PUT", "Patient/x", Array(xml.utf8), type: "application/fhir+xml")
      #expect(put.status == 201, "\(put.text)")
      let asXML = try await server.get("Patient/x?_format=xml")
      #expect(asXML["Content-Type"] == "application/fhir+xml; charset=utf-8")
      #expect(asXML.text.contains("<active value=\"true\""))
      let pretty = try await server.get("Patient/x?_pretty=true")
      #expect(pretty.text.contains("\n  \"active\": true"))
      let packed = try GzipBytes.of(JSON.patient("y", family: "王").encoded())
      let answer = try await server.send(
        "PUT", "Patient/y", packed, headers: ["Content-Encoding": "gzip"])
      #expect(answer.status == 201)
      let metadata = try await server.get("metadata", headers: ["Accept-Encoding": "gzip"])
      #expect(metadata["Content-Encoding"] == "gzip")
      // The client has unpacked it.
      #expect(metadata.json["resourceType"] == "CapabilityStatement")
    }
  }

  @Test func `errors come in the asked representation and in two languages`() async throws {
    try await TestServer.run { server in
      let xml = try await server.get("Patient/none?_format=xml")
      #expect(xml.status == 404)
      #expect(xml.text.hasPrefix("<OperationOutcome") || xml.text.contains("<OperationOutcome"))
      let json = try await server.get("Patient/none")
      #expect(json.text.contains("does not exist"))
      #expect(json.text.contains("不存在"))
    }
  }

  @Test func `links follow the proxy in front only where it is trusted`() async throws {
    let forwarded = ["Forwarded": "for=1.2.3.4;proto=https;host=health.example.org"]
    try await TestServer.run(settings { $0.trustsForwarded = true }) { server in
      try await server.putPatient("a")
      let bundle = try await server.get("Patient/a/_history", headers: forwarded)
      #expect(bundle.link("self")?.hasPrefix("https://health.example.org/fhir/") == true)
      let evil = try await server.get(
        "Patient/a/_history", headers: ["X-Forwarded-Host": "a\"b<c>"])
      #expect(evil.link("self")?.contains("<") == false)
    }
    try await TestServer.run(settings { $0.publicURL = "https://public.example.org" }) { server in
      try await server.putPatient("a")
      let bundle = try await server.get("Patient/a/_history", headers: forwarded)
      #expect(bundle.link("self")?.hasPrefix("https://public.example.org/fhir/") == true)
    }
    try await TestServer.run { server in
      try await server.putPatient("a")
      let bundle = try await server.get("Patient/a/_history", headers: forwarded)
      #expect(bundle.link("self")?.hasPrefix(server.site) == true)
    }
  }

  @Test func `other origins may call only when they are allowed`() async throws {
    let origin = ["Origin": "https://app.example.org"]
    try await TestServer.run { server in
      let answer = try await server.get("metadata", headers: origin)
      #expect(answer["Access-Control-Allow-Origin"] == nil)
    }
    try await TestServer.run(settings { $0.allowedOrigins = ["https://app.example.org"] }) {
      server in
      let answer = try await server.get("metadata", headers: origin)
      #expect(answer["Access-Control-Allow-Origin"] == "https://app.example.org")
      let other = try await server.get("metadata", headers: ["Origin": "https://evil.example"])
      #expect(other["Access-Control-Allow-Origin"] == nil)
      let preflight = try await server.send("OPTIONS", "Patient/a", headers: origin)
      #expect(preflight["Access-Control-Allow-Headers"]?.contains("If-Match") == true)
    }
  }
}
