import FHIR

/// The findings by what they say; their English words are those that other terminology servers use.
extension Finding {
  static func notInValueSet(_ coding: AskedCoding, _ set: ValueSet) -> Finding {
    Finding(
      severity: .error, code: .codeInvalid, kind: .notInValueSet, part: .code,
      text: "The provided code '\(coding.text)' was not found in the value set '\(set.canonical)'",
      chinese: "代码“\(coding.text)”不在值集“\(set.canonical)”中",
      messageID: "None_of_the_provided_codes_are_in_the_value_set_one")
  }

  /// The same of one coding of several, where another may do.
  static func thisCodeNotInValueSet(_ coding: AskedCoding, _ set: ValueSet) -> Finding {
    var finding = notInValueSet(coding, set)
    finding.severity = .information
    finding.kind = .thisCodeNotInValueSet
    finding.isSaid = false
    return finding
  }

  static func noCodingInValueSet(_ set: ValueSet) -> Finding {
    Finding(
      severity: .error, code: .codeInvalid, kind: .notInValueSet, part: .none,
      text: "No valid coding was found for the value set '\(set.canonical)'",
      chinese: "没有一个代码属于值集“\(set.canonical)”",
      messageID: "TX_GENERAL_CC_ERROR_MESSAGE")
  }

  static func unknownCode(_ code: String, _ system: CodeSystem) -> Finding {
    let version = system.version.map { " version '\($0)'" } ?? ""
    if system.about.content == .fragment {
      return Finding(
        severity: .warning, code: .codeInvalid, kind: .invalidCode, part: .code,
        text: "Unknown Code '\(code)' in the CodeSystem '\(system.url)'\(version) - note that the "
          + "code system is labeled as a fragment, so the code may be valid in some other fragment",
        chinese: "代码系统“\(system.url)”\(version) 的片段中没有代码“\(code)”", isSaid: false,
        messageID: "UNKNOWN_CODE_IN_FRAGMENT")
    }
    return Finding(
      severity: .error, code: .codeInvalid, kind: .invalidCode, part: .code,
      text: "Unknown code '\(code)' in the CodeSystem '\(system.url)'\(version)",
      chinese: "代码系统“\(system.url)”\(version) 中没有代码“\(code)”",
      messageID: "Unknown_Code_in_Version")
  }

  static func unknownSystem(_ system: String) -> Finding {
    Finding(
      severity: .error, code: .notFound, kind: .notFound, part: .system,
      text:
        "A definition for CodeSystem \(system) could not be found, so the code cannot be validated",
      chinese: "找不到代码系统 \(system) 的定义,无法校验代码",
      messageID: "UNKNOWN_CODESYSTEM")
  }

  /// The system is the URL of a value set.
  static func valueSetAsSystem(_ system: String) -> Finding {
    Finding(
      severity: .error, code: .invalid, kind: .invalidData, part: .system,
      text: "The Coding references a value set, not a code system ('\(system)')",
      chinese: "Coding.system 引用的是值集而不是代码系统(“\(system)”)",
      messageID: "Terminology_TX_System_ValueSet2")
  }

  static let relativeSystem = Finding(
    severity: .error, code: .invalid, kind: .invalidData, part: .system,
    text: "Coding.system must be an absolute reference, not a local reference",
    chinese: "Coding.system 须为绝对引用,不能是本地引用", messageID: "Terminology_TX_System_Relative")

  static func unknownVersion(_ system: String, _ version: String, known: [String]) -> Finding {
    Finding(
      severity: .error, code: .notFound, kind: .notFound, part: .system,
      text: "A definition for CodeSystem '\(system)' version '\(version)' could not be found, so "
        + "the code cannot be validated. \(Self.versions(known))",
      chinese: "找不到代码系统“\(system)”的版本“\(version)”,无法校验代码",
      messageID: "UNKNOWN_CODESYSTEM_VERSION")
  }

  /// Which versions there are, for whoever asked for another.
  static func versions(_ known: [String]) -> String {
    known.isEmpty ? "No versions are known" : "Valid versions: " + joined(known)
  }

  static func cannotCheck(_ set: ValueSet, _ system: String) -> Finding {
    Finding(
      severity: .warning, code: .notFound, kind: .invalidValueSet, part: .none,
      text: "Unable to check whether the code is in the value set '\(set.canonical)' because the "
        + "code system \(system) was not found",
      chinese: "找不到代码系统 \(system),无法判断代码是否属于值集“\(set.canonical)”",
      messageID: "UNABLE_TO_CHECK_IF_THE_PROVIDED_CODES_ARE_IN_THE_VALUE_SET_CS")
  }

  static func otherVersion(
    _ system: String, _ version: String, written: String?, rule: VersionRule?, value: String
  ) -> Finding {
    let tail = "is different to the one in the value ('\(value)')"
    var text = "The code system '\(system)' version '\(version)' "
    var severity = IssueSeverity.error
    var messageID = "VALUESET_VALUE_MISMATCH"
    if let rule {
      messageID += "_CHANGED"
      text =
        "The code system '\(system)' version '\(rule.system.version ?? version)' resulting "
        + "from the version '\(written ?? "")' in the ValueSet include \(tail)"
    } else if written == nil {
      text += "for the versionless include in the ValueSet include \(tail)"
      severity = .warning
      messageID += "_DEFAULT"
    } else {
      text += "in the ValueSet include \(tail)"
    }
    return Finding(
      severity: severity, code: .invalid, kind: .invalidValueSet, part: .version, text: text,
      chinese: "值集所用代码系统“\(system)”的版本“\(version)”与所给版本“\(value)”不同",
      isSaid: severity == .error, messageID: messageID)
  }

  static func forbiddenVersion(_ system: CodeSystem, demanded: String) -> Finding {
    Finding(
      severity: .error, code: .exception, kind: .versionError, part: .version,
      text: "The version '\(system.version ?? "")' is not allowed for system '\(system.url)': "
        + "required to be '\(demanded)' by a version-check parameter",
      chinese: "代码系统“\(system.url)”不允许用版本“\(system.version ?? "")”,要求“\(demanded)”",
      messageID: "VALUESET_VERSION_CHECK")
  }

  static let noSystem = Finding(
    severity: .warning, code: .invalid, kind: .invalidData, part: .whole,
    text: "Coding has no system. A code with no system has no defined meaning, and it cannot be "
      + "validated. A system should be provided",
    chinese: "代码没有系统,没有确定的含义,无法校验;应给出系统",
    messageID: "Coding_has_no_system__cannot_validate")

  static func cannotInfer(_ code: String, _ set: ValueSet, _ systems: [String]) -> Finding {
    var text =
      "The System URI could not be determined for the code '\(code)' in the ValueSet "
      + "'\(set.canonical)'"
    var messageID = "UNABLE_TO_INFER_CODESYSTEM"
    if !systems.isEmpty {
      messageID = "Unable_to_resolve_system__value_set_has_multiple_matches"
      text += ": value set expansion has multiple matches: [\(systems.joined(separator: ", "))]"
    }
    return Finding(
      severity: .error, code: .notFound, kind: .cannotInfer, part: .code, text: text,
      chinese: "无法确定代码“\(code)”在值集“\(set.canonical)”中属于哪个系统", messageID: messageID)
  }

  static func supplementAsSystem(_ canonical: String) -> Finding {
    Finding(
      severity: .error, code: .invalid, kind: .invalidData, part: .system,
      text:
        "CodeSystem \(canonical) is a supplement, so can't be used as a value in Coding.system",
      chinese: "\(canonical) 是代码系统的补充,不能用作 Coding.system",
      messageID: "CODESYSTEM_CS_NO_SUPPLEMENT")
  }

  static func inactive(_ code: String, _ status: String?) -> Finding {
    let words = status.flatMap { $0 == "inactive" ? nil : "\($0) and inactive" } ?? "inactive"
    return Finding(
      severity: .warning, code: .businessRule, kind: .codeComment, part: .whole,
      text: "The concept '\(code)' has a status of \(words) and its use should be reviewed",
      chinese: "概念“\(code)”已停用,请核对",
      messageID: "INACTIVE_CONCEPT_FOUND")
  }

  static func notActive(_ code: String) -> Finding {
    Finding(
      severity: .error, code: .businessRule, kind: .codeRule, part: .code,
      text: "The concept '\(code)' is valid but is not active", chinese: "概念“\(code)”有效但已停用",
      messageID: "STATUS_CODE_WARNING_CODE")
  }

  static func abstract(_ system: String, _ code: String) -> Finding {
    Finding(
      severity: .error, code: .businessRule, kind: .codeRule, part: .code,
      text: "Code '\(system)#\(code)' is abstract, and not allowed in this context",
      chinese: "代码“\(system)#\(code)”是抽象概念,此处不可用",
      messageID: "ABSTRACT_CODE_NOT_ALLOWED")
  }

  static func otherCase(_ code: String, _ right: String, _ system: CodeSystem) -> Finding {
    Finding(
      severity: .information, code: .businessRule, kind: .codeRule, part: .code,
      text:
        "The code '\(code)' differs from the correct code '\(right)' by case. Although the code "
        + "system '\(system.canonical)' is case insensitive, implementers are strongly encouraged "
        + "to use the correct case anyway",
      chinese: "代码“\(code)”与正确写法“\(right)”大小写不同", isSaid: false,
      messageID: "CODE_CASE_DIFFERENCE")
  }

  static func deprecated(_ code: String, _ system: String, _ set: ValueSet) -> Finding {
    Finding(
      severity: .warning, code: .businessRule, kind: .codeComment, part: .code,
      text: "The presence of the concept '\(code)' in the system '\(system)' in the value set "
        + "\(set.canonical) is marked with a status of deprecated and its use should be reviewed",
      chinese: "值集 \(set.canonical) 已不推荐使用系统“\(system)”的概念“\(code)”", isSaid: false,
      messageID: "CONCEPT_DEPRECATED_IN_VALUESET")
  }

  static func status(_ status: String, _ type: String, _ canonical: String) -> Finding {
    Finding(
      severity: .information, code: .businessRule, kind: .statusCheck, part: .none,
      text: "Reference to \(status) \(type) \(canonical)",
      chinese: "引用了状态为 \(status) 的 \(canonical)",
      isSaid: false, messageID: "MSG_\(status.uppercased())")
  }

  /// `a, b or c`
  static func joined(_ items: [String]) -> String {
    guard let last = items.last, items.count > 1 else { return items.first ?? "" }
    return items.dropLast().joined(separator: ", ") + " or " + last
  }
}
