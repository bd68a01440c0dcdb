// The store's floors: a plain prepared-statement loop over SQLite, as fast as C can drive it.
//
//   store-floor write DATABASE BODIES ROWS BATCH   write each line of BODIES with ROWS index rows
//   store-floor read  DATABASE COUNT                        SELECT by id, a page of 20, 300 of one person
//
// Tables, distribution of index values and settings are those of the published measurement the goals
// were set by: WAL, synchronous FULL, 8 kB pages, 256 MB cache, a checkpoint every 10,000 pages.
#include <sqlite3.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

typedef struct {
  int64_t param, value, rid;
} Row;

static sqlite3 *db;

static double now(void) {
  struct timespec t;
  clock_gettime(CLOCK_MONOTONIC, &t);
  return t.tv_sec + t.tv_nsec * 1e-9;
}

static void check(int code, int wanted) {
  if (code == wanted) return;
  fprintf(stderr, "store-floor: %s\n", sqlite3_errmsg(db));
  exit(1);
}

static void run(const char *sql) { check(sqlite3_exec(db, sql, 0, 0, 0), SQLITE_OK); }

static sqlite3_stmt *prepare(const char *sql) {
  sqlite3_stmt *statement;
  check(sqlite3_prepare_v2(db, sql, -1, &statement, 0), SQLITE_OK);
  return statement;
}

static void open_database(const char *path) {
  check(sqlite3_open(path, &db), SQLITE_OK);
  run("PRAGMA page_size=8192; PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;"
      "PRAGMA cache_size=-262144; PRAGMA wal_autocheckpoint=10000;"
      "CREATE TABLE IF NOT EXISTS res(rid INTEGER PRIMARY KEY, type INT, fid TEXT, ver INT, ts INT,"
      "  body BLOB, UNIQUE(type, fid));"
      "CREATE TABLE IF NOT EXISTS idx(param INT, val INT, rid INT, PRIMARY KEY(param, val, rid))"
      "  WITHOUT ROWID;");
}

static uint64_t mix(uint64_t x) {
  x += 0x9E3779B97F4A7C15u;
  x = (x ^ (x >> 30)) * 0xBF58476D1CE4E5B9u;
  x = (x ^ (x >> 27)) * 0x94D049BB133111EBu;
  return x ^ (x >> 31);
}

/// The k-th index value of a resource: hash, code, person, date, small, encounter, twenty, number.
static int64_t value(int64_t rid, int k) {
  uint64_t random = mix((uint64_t)rid * 16 + (uint64_t)k);
  switch (k % 8) {
    case 0: return (int64_t)(random >> 1);
    case 1: return (int64_t)(random % 500);
    case 2: return rid / 300;
    case 3: return 1500000000 + (int64_t)(random % 250000000);
    case 4: return (int64_t)(random % 8);
    case 5: return rid / 20;
    case 6: return (int64_t)(random % 20);
    default: return (int64_t)(random % 100000);
  }
}

static int by_key(const void *a, const void *b) {
  const Row *x = a, *y = b;
  if (x->param != y->param) return x->param < y->param ? -1 : 1;
  if (x->value != y->value) return x->value < y->value ? -1 : 1;
  return x->rid < y->rid ? -1 : x->rid > y->rid;
}

static void insert_rows(sqlite3_stmt *statement, Row *rows, size_t count) {
  qsort(rows, count, sizeof(Row), by_key);
  for (size_t i = 0; i < count; i++) {
    sqlite3_bind_int64(statement, 1, rows[i].param);
    sqlite3_bind_int64(statement, 2, rows[i].value);
    sqlite3_bind_int64(statement, 3, rows[i].rid);
    check(sqlite3_step(statement), SQLITE_DONE);
    sqlite3_reset(statement);
  }
}

static int write_floor(const char *path, const char *bodies, double rows_each, int batch) {
  open_database(path);
  FILE *file = fopen(bodies, "r");
  if (!file) return perror(bodies), 1;
  sqlite3_stmt *resource = prepare("INSERT INTO res VALUES(?,?,?,1,?,?)");
  sqlite3_stmt *index = prepare("INSERT INTO idx VALUES(?,?,?)");
  Row *rows = malloc(sizeof(Row) * (size_t)(batch * (rows_each + 1) + 64));
  char *line = NULL;
  size_t room = 0, pending = 0;
  ssize_t length;
  int64_t rid = 0;
  double owed = 0, seconds = 0, start = now();
  run("BEGIN IMMEDIATE");
  while ((length = getline(&line, &room, file)) > 0) {
    rid++;
    int64_t type = (int64_t)(mix((uint64_t)rid) % 16);
    char fid[40];
    snprintf(fid, sizeof fid, "r%016llx%016llx", (unsigned long long)mix((uint64_t)rid * 7),
             (unsigned long long)mix((uint64_t)rid * 11));
    sqlite3_bind_int64(resource, 1, rid);
    sqlite3_bind_int64(resource, 2, type);
    sqlite3_bind_text(resource, 3, fid, 33, SQLITE_STATIC);
    sqlite3_bind_int64(resource, 4, rid);
    sqlite3_bind_blob(resource, 5, line, (int)length - 1, SQLITE_STATIC);
    check(sqlite3_step(resource), SQLITE_DONE);
    sqlite3_reset(resource);
    for (owed += rows_each; owed >= 1; owed -= 1) {
      int k = (int)owed - 1;
      rows[pending++] = (Row){type * 32 + k, value(rid, k), rid};
    }
    if (rid % batch == 0) {
      insert_rows(index, rows, pending);
      pending = 0;
      run("COMMIT; BEGIN IMMEDIATE");
    }
  }
  insert_rows(index, rows, pending);
  run("COMMIT");
  seconds = now() - start;
  printf("{\"resources\":%lld,\"seconds\":%.4f,\"perSecond\":%.0f}\n", (long long)rid, seconds,
         rid / seconds);
  return 0;
}

static size_t drain(sqlite3_stmt *statement) {
  size_t bytes = 0;
  while (sqlite3_step(statement) == SQLITE_ROW) bytes += (size_t)sqlite3_column_bytes(statement, 0);
  sqlite3_reset(statement);
  return bytes;
}

static int read_floor(const char *path, int count) {
  open_database(path);
  sqlite3_stmt *keys = prepare("SELECT type, fid FROM res WHERE rid = ?");
  sqlite3_stmt *by_id = prepare("SELECT body FROM res WHERE type = ? AND fid = ?");
  sqlite3_stmt *page = prepare("SELECT r.body FROM idx i JOIN res r ON r.rid = i.rid"
                               " WHERE i.param = ? AND i.val = ? AND i.rid >= ? LIMIT 20");
  sqlite3_stmt *everything = prepare("SELECT r.body FROM idx i JOIN res r ON r.rid = i.rid"
                                     " WHERE i.param = ? AND i.val = ?");
  sqlite3_stmt *last = prepare("SELECT max(rid) FROM res");
  sqlite3_step(last);
  int64_t resources = sqlite3_column_int64(last, 0);
  size_t bytes = 0;
  double reading = 0, start;
  for (int i = 0; i < count; i++) {
    sqlite3_bind_int64(keys, 1, 1 + (int64_t)(mix((uint64_t)i) % (uint64_t)resources));
    sqlite3_step(keys);
    start = now();
    sqlite3_bind_int64(by_id, 1, sqlite3_column_int64(keys, 0));
    sqlite3_bind_text(by_id, 2, (const char *)sqlite3_column_text(keys, 1), 33, SQLITE_STATIC);
    bytes += drain(by_id);
    reading += now() - start;
    sqlite3_reset(keys);
  }
  start = now();
  for (int i = 0; i < count; i++) {
    // One of twenty values, from anywhere in the first half: so every page is full.
    sqlite3_bind_int64(page, 1, (int64_t)(mix((uint64_t)i) % 16) * 32 + 6);
    sqlite3_bind_int64(page, 2, (int64_t)(mix((uint64_t)i * 3) % 20));
    sqlite3_bind_int64(page, 3, (int64_t)(mix((uint64_t)i * 5) % (uint64_t)(resources / 2)));
    bytes += drain(page);
  }
  double paging = now() - start;
  start = now();
  int people = count / 20 + 1;
  for (int i = 0; i < people; i++) {
    int64_t person = (int64_t)(mix((uint64_t)i) % (uint64_t)(resources / 300 + 1));
    for (int type = 0; type < 16; type++) {
      sqlite3_bind_int64(everything, 1, type * 32 + 2);
      sqlite3_bind_int64(everything, 2, person);
      bytes += drain(everything);
    }
  }
  double gathering = now() - start;
  printf("{\"read\":%.0f,\"page\":%.0f,\"everything\":%.0f,\"bytes\":%zu}\n", count / reading,
         count / paging, people / gathering, bytes);
  return 0;
}

int main(int count, char **words) {
  if (count >= 6 && !strcmp(words[1], "write"))
    return write_floor(words[2], words[3], atof(words[4]), atoi(words[5]));
  if (count >= 4 && !strcmp(words[1], "read")) return read_floor(words[2], atoi(words[3]));
  fprintf(stderr, "store-floor write DATABASE BODIES ROWS BATCH | read DATABASE COUNT\n");
  return 2;
}
