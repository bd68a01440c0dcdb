extension Migration {
  /// The schema, step by step; append, never change.
  static let all: [Migration] = [
    Migration(number: 1, name: "records", sql: records),
    Migration(number: 2, name: "index", sql: index),
    Migration(number: 3, name: "secret", sql: secret),
    Migration(number: 4, name: "unions", sql: unions),
    Migration(number: 5, name: "words", sql: words),
  ]

  /// What is kept. `rid` is `cluster << 20 | ordinal`; see docs/adr/0002-person-clustered-store.md.
  private static let records = """
    CREATE TABLE ident (
      id NOT NULL,                  -- a blob of 16 bytes when a lower-case UUID, else text
      type INTEGER NOT NULL, rid INTEGER NOT NULL,
      PRIMARY KEY (id, type)) WITHOUT ROWID;
    CREATE TABLE cluster (
      cluster INTEGER PRIMARY KEY,
      type INTEGER,                 -- of a cluster shared by a type; null for a person's
      next INTEGER NOT NULL,        -- the first ordinal that is free
      successor INTEGER);           -- where it goes on when its ordinals are used up
    CREATE TABLE resource (
      rid INTEGER PRIMARY KEY, type INTEGER NOT NULL, id NOT NULL,
      version INTEGER NOT NULL, sequence INTEGER NOT NULL,
      updated INTEGER NOT NULL,     -- ms since 1970 UTC
      method INTEGER NOT NULL,
      deleted INTEGER NOT NULL,     -- 0 no, 1 deleted, 2 erased
      dictionary INTEGER NOT NULL, body BLOB NOT NULL);
    CREATE INDEX resource_type ON resource (type) WHERE deleted = 0;
    CREATE TABLE version (
      rid INTEGER NOT NULL, version INTEGER NOT NULL, sequence INTEGER NOT NULL,
      updated INTEGER NOT NULL, method INTEGER NOT NULL,
      dictionary INTEGER NOT NULL, body BLOB NOT NULL,
      PRIMARY KEY (rid, version)) WITHOUT ROWID;
    CREATE TABLE feed (
      sequence INTEGER PRIMARY KEY, rid INTEGER NOT NULL, type INTEGER NOT NULL,
      version INTEGER NOT NULL, method INTEGER NOT NULL, updated INTEGER NOT NULL);
    CREATE INDEX feed_type ON feed (type);
    CREATE TABLE type (type INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE dictionary (dictionary INTEGER PRIMARY KEY, bytes BLOB NOT NULL);
    CREATE TABLE progress (name TEXT PRIMARY KEY, sequence INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// What is searched.
  private static let index = """
    CREATE TABLE parameter (number INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE);
    CREATE TABLE idx (
      param INTEGER NOT NULL, lo NOT NULL, hi NOT NULL, rid INTEGER NOT NULL,
      PRIMARY KEY (param, lo, hi, rid)) WITHOUT ROWID;
    CREATE TABLE txt (
      param INTEGER NOT NULL, text TEXT NOT NULL, rid INTEGER NOT NULL,
      PRIMARY KEY (param, text, rid)) WITHOUT ROWID;
    CREATE TABLE composite (
      param INTEGER NOT NULL, lo1 NOT NULL, hi1 NOT NULL, lo2 NOT NULL, hi2 NOT NULL,
      lo3 NOT NULL DEFAULT 0, hi3 NOT NULL DEFAULT 0, rid INTEGER NOT NULL,
      PRIMARY KEY (param, lo1, hi1, lo2, hi2, lo3, hi3, rid)) WITHOUT ROWID;
    CREATE VIRTUAL TABLE fulltext USING fts5 (
      narrative, content, content = '', columnsize = 0, tokenize = 'unicode61');
    """

  /// Keys that only this database knows, such as that of the cursors.
  private static let secret = """
    CREATE TABLE secret (name TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
    """

  /// The word index is made anew from the feed: it no longer has what only machines read.
  private static let words = """
    INSERT INTO fulltext (fulltext) VALUES ('delete-all');
    DELETE FROM progress WHERE name = 'fulltext';
    """

  /// The rows of parameters that need none of their own, since others say the same; there are 16
  /// keys for each number. See `Union` in FHIRSearch.
  private static let unions = ["idx", "txt", "composite"].map { table in
    """
    DELETE FROM \(table) WHERE param / 16 IN (
      SELECT number FROM parameter WHERE replace(name, 'http://hl7.org/fhir/SearchParameter/', '')
      IN ('CapabilityStatement conformance-version', 'CodeSystem conformance-url',
        'Coverage Coverage-patient', 'DeviceUseStatement DeviceUseStatement-subject',
        'EnrollmentRequest EnrollmentRequest-subject', 'Linkage Linkage-source',
        'Observation Observation-combo-code', 'Observation Observation-combo-value-concept',
        'Observation Observation-combo-value-quantity',
        'Observation Observation-combo-code-value-concept',
        'Observation Observation-combo-code-value-quantity',
        'Observation Observation-combo-data-absent-reason',
        'Observation observation-genetic-Observation-gene-amino-acid-change',
        'Observation observation-genetic-Observation-gene-dnavariant',
        'Patient individual-phonetic', 'Person individual-phonetic',
        'Practitioner individual-phonetic', 'RelatedPerson individual-phonetic',
        'ResearchSubject ResearchSubject-patient'));
    """
  }.joined(separator: "\n")
}
