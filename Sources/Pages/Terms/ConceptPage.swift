import FHIR
import Terminology

extension Site {
  /// How many steps up a way is shown.
  private static let longestWay = 20

  /// `/terms/code`: a concept with what is above and below it, what it says, who maps to it.
  func concept(_ request: PageRequest, _ frame: Frame) async throws(Anomaly) -> PageReply {
    let library = try await definitions.library(store)
    let system = try askedSystem(request, library)
    let code = request["code"] ?? ""
    guard let place = system.place(of: code) else {
      throw .notFound(
        "\(system.canonical) has no code \(code.prefix(80))",
        chinese: "\(system.canonical) 没有编码 \(code.prefix(80))")
    }
    let children = system.hierarchy.children(of: place).map { Int($0) }
    let page = ListPage(request, total: children.count)
    let parents = system.hierarchy.parents(of: place).map { Int($0) }
    let properties = properties(system, place, library, frame)
    let names = system.designations(place)
    let mappings = library.mappings(of: system.code(place), in: system.url)
    var values: [String: Any] = [
      "system": system.title, "systemLink": TermPath.system(system),
      "edition": system.version ?? "", "code": system.code(place),
      "name": system.display(place) ?? system.code(place),
      "isInactive": system.isInactive(place), "isAbstract": system.isAbstract(place),
      "way": way(to: place, in: system).map { Self.row(system, $0) },
      "parents": parents.map { Self.row(system, $0) }, "hasParents": parents.count > 1,
      "children": children[page.range].map { Self.row(system, $0) },
      "childCount": children.count, "hasChildren": !children.isEmpty,
      "pages": page.values(TermPath.code(system, place), frame),
      "properties": properties, "hasProperties": !properties.isEmpty,
      "names": names.map { ["text": $0.value, "language": $0.language ?? ""] },
      "hasNames": !names.isEmpty,
      "mappings": mappings.map { row($0, library, frame) }, "hasMappings": !mappings.isEmpty,
    ]
    values["definition"] = system.definition(place)
    return .html(Template.termcode.render(values, frame))
  }

  /// From the top to the code above, along the first parents.
  private func way(to place: Int, in system: CodeSystem) -> [Int] {
    var way: [Int] = []
    var here = place
    while let above = system.hierarchy.parents(of: here).first, way.count < Self.longestWay,
      !way.contains(Int(above))
    {
      way.append(Int(above))
      here = Int(above)
    }
    return way.reversed()
  }

  private func properties(
    _ system: CodeSystem, _ place: Int, _ library: Library, _ frame: Frame
  ) -> [[String: Any]] {
    system.properties(place).filter { $0.code != "parent" }.map { property in
      let key = "termProperty\(property.code)"
      var row: [String: Any] = [
        "label": Texts.has(key) ? Texts.text(key, frame.language) : property.code,
        "text": property.value.text,
      ]
      if property.code == DataElement.valueDomain,
        let domain = library.valueDomain(property.value.text)
      {
        row["link"] = TermPath.system(edition(library.editions(ofCodeSystem: domain.url)))
        row["about"] = domain.title
      }
      return row
    }
  }

  private func row(_ mapping: Mapping, _ library: Library, _ frame: Frame) -> [String: Any] {
    let direction = mapping.isIncoming ? "termMappedFrom" : "termMappedTo"
    var row: [String: Any] = [
      "code": mapping.code, "name": mapping.display ?? "", "system": mapping.system ?? "",
      "direction": Texts.text(direction, frame.language),
      "equivalence": Texts.text("termEquivalence\(mapping.equivalence.rawValue)", frame.language),
    ]
    if let url = mapping.system, let system = library.codeSystem(url) {
      row["system"] = system.title
      if let place = system.place(of: mapping.code) {
        row["link"] = TermPath.code(system, place)
        row["name"] = system.display(place) ?? mapping.display ?? ""
      }
    }
    return row
  }
}
