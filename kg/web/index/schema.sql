-- What the pages read: the graph as tables, made anew from the store whenever it has changed.
CREATE TABLE meta (key TEXT PRIMARY KEY, value TEXT NOT NULL);

CREATE TABLE entity (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL,              -- Person, Organisation, State, Place or Group
    class TEXT NOT NULL,             -- the most specific class, such as NewsAgency
    fr TEXT NOT NULL, en TEXT NOT NULL,
    country INTEGER REFERENCES entity, iso3 TEXT,
    lat REAL, long REAL,
    events INTEGER NOT NULL DEFAULT 0, claims INTEGER NOT NULL DEFAULT 0, articles INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX entity_kind ON entity (kind, events DESC);
CREATE INDEX entity_claims ON entity (claims DESC);

CREATE TABLE fact (                  -- what is said of an entity, in whichever graph, once
    entity INTEGER NOT NULL, property TEXT NOT NULL, value TEXT NOT NULL, type TEXT NOT NULL, datatype TEXT, language TEXT
);
CREATE INDEX fact_entity ON fact (entity);

CREATE TABLE relation (              -- memberOf, coChairOf, affiliatedWith and within; position with the office held
    subject INTEGER NOT NULL, property TEXT NOT NULL, object INTEGER NOT NULL,
    office TEXT, begin TEXT, end TEXT
);
CREATE INDEX relation_subject ON relation (subject);
CREATE INDEX relation_object ON relation (object);

CREATE TABLE article (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, identifier TEXT NOT NULL,
    title TEXT, issued TEXT, publisher TEXT, url TEXT, language TEXT NOT NULL,
    copy_of TEXT, reports INTEGER NOT NULL DEFAULT 0
);
CREATE INDEX article_issued ON article (issued DESC, id);
CREATE INDEX article_publisher ON article (publisher);

CREATE TABLE event (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE,
    type TEXT NOT NULL,              -- the first of its types, for the heading
    status TEXT NOT NULL, begin TEXT, end TEXT,
    low INTEGER, best INTEGER, high INTEGER,
    reports INTEGER NOT NULL, sources INTEGER NOT NULL, disputed INTEGER NOT NULL,
    first TEXT, last TEXT, lat REAL, long REAL
);
CREATE INDEX event_begin ON event (begin DESC, id);

CREATE TABLE event_type (event INTEGER NOT NULL, type TEXT NOT NULL, PRIMARY KEY (event, type)) WITHOUT ROWID;
CREATE INDEX event_type_type ON event_type (type, event);

CREATE TABLE event_entity (
    event INTEGER NOT NULL, role TEXT NOT NULL,   -- place, country, agent, target, participant, mediator or accordingTo
    entity INTEGER NOT NULL, PRIMARY KEY (event, role, entity)
) WITHOUT ROWID;
CREATE INDEX event_entity_entity ON event_entity (entity, role, event);
CREATE INDEX event_entity_role ON event_entity (role, entity, event);

CREATE TABLE report (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, event INTEGER, article INTEGER,
    type TEXT NOT NULL, status TEXT NOT NULL, begin TEXT, end TEXT,
    sentence TEXT, sentence_begin INTEGER, confidence REAL, rule TEXT
);
CREATE INDEX report_event ON report (event);
CREATE INDEX report_article ON report (article);

CREATE TABLE report_entity (
    report INTEGER NOT NULL, role TEXT NOT NULL, entity INTEGER NOT NULL, PRIMARY KEY (report, role, entity)
) WITHOUT ROWID;
CREATE INDEX report_entity_entity ON report_entity (entity, role, report);

CREATE TABLE figure (
    id INTEGER PRIMARY KEY, iri TEXT NOT NULL UNIQUE, report INTEGER NOT NULL,
    harm TEXT NOT NULL, low INTEGER, high INTEGER, victims TEXT, words TEXT
);
CREATE INDEX figure_report ON figure (report);
CREATE TABLE figure_source (figure INTEGER NOT NULL, entity INTEGER NOT NULL, PRIMARY KEY (figure, entity)) WITHOUT ROWID;
CREATE INDEX figure_source_entity ON figure_source (entity, figure);

CREATE TABLE mention (
    article INTEGER NOT NULL, begin INTEGER NOT NULL, end INTEGER NOT NULL,
    kind TEXT NOT NULL,              -- entity, report or figure
    owner INTEGER NOT NULL, PRIMARY KEY (article, begin, end, kind, owner)
) WITHOUT ROWID;

CREATE TABLE link (                  -- how many links of a property lead to a thing
    object TEXT NOT NULL, property TEXT NOT NULL, links INTEGER NOT NULL, PRIMARY KEY (object, property)
) WITHOUT ROWID;

-- Names and titles, by whole words and by groups of three letters (for misspelt ones).
CREATE VIRTUAL TABLE name USING fts5 (form, kind UNINDEXED, thing UNINDEXED, weight UNINDEXED, tokenize = "unicode61 remove_diacritics 2", prefix = '2 3 4');
CREATE VIRTUAL TABLE fragment USING fts5 (folded, kind UNINDEXED, thing UNINDEXED, weight UNINDEXED, tokenize = "trigram");
