"""A PostgreSQL database with the tables of FlexMeasures, and two organisations, their consultancy and their data in it."""

import base64
import hashlib
import hmac
from collections.abc import Iterator
from contextlib import contextmanager

import bcrypt
import psycopg

from tests.postgres import PostgresServer

SALT = "the salt of the old server"
PASSWORD = "correct horse battery staple"

TABLES = """
DROP SCHEMA public CASCADE;
CREATE SCHEMA public;
CREATE TABLE alembic_version (version_num varchar(32) PRIMARY KEY);
CREATE TABLE plan (id serial PRIMARY KEY, name varchar(80) UNIQUE NOT NULL, legacy bool DEFAULT false);
CREATE TABLE account (
    id serial PRIMARY KEY, name varchar(100) UNIQUE DEFAULT '', primary_color varchar(7), secondary_color varchar(7),
    logo_url varchar(255), attributes jsonb NOT NULL DEFAULT '{}', secrets jsonb NOT NULL DEFAULT '{}',
    consultancy_account_id int REFERENCES account, plan_id int REFERENCES plan
);
CREATE TABLE account_role (id serial PRIMARY KEY, name varchar(80) UNIQUE, description varchar(255));
CREATE TABLE roles_accounts (
    id serial PRIMARY KEY, account_id int REFERENCES account, role_id int REFERENCES account_role
);
CREATE TABLE fm_user (
    id serial PRIMARY KEY, email varchar(255) UNIQUE, username varchar(255) UNIQUE, password varchar(255), active bool,
    last_login_at timestamp, last_seen_at timestamp, login_count int, timezone varchar(255),
    account_id int NOT NULL REFERENCES account, fs_uniquifier varchar(64) UNIQUE NOT NULL, tf_primary_method varchar(64),
    tf_totp_secret varchar(255)
);
CREATE TABLE role (id serial PRIMARY KEY, name varchar(80) UNIQUE, description varchar(255));
CREATE TABLE roles_users (id serial PRIMARY KEY, user_id int REFERENCES fm_user, role_id int REFERENCES role);
CREATE TABLE generic_asset_type (id serial PRIMARY KEY, name varchar(80) UNIQUE, description varchar(80));
CREATE TABLE generic_asset (
    id serial PRIMARY KEY, name varchar(80), description text, latitude float, longitude float,
    attributes jsonb NOT NULL DEFAULT '{}', secrets jsonb NOT NULL DEFAULT '{}',
    sensors_to_show jsonb NOT NULL DEFAULT '[]', sensors_to_show_as_kpis jsonb NOT NULL DEFAULT '[]',
    flex_context jsonb NOT NULL DEFAULT '{}', flex_model jsonb NOT NULL DEFAULT '{}',
    account_id int REFERENCES account, parent_asset_id int REFERENCES generic_asset,
    generic_asset_type_id int NOT NULL REFERENCES generic_asset_type, external_id varchar(80)
);
CREATE TABLE sensor (
    id serial PRIMARY KEY, name varchar(120) NOT NULL, unit varchar(80) NOT NULL, timezone varchar(80) NOT NULL,
    event_resolution interval NOT NULL, knowledge_horizon_fnc varchar(80) NOT NULL DEFAULT 'ex_post',
    knowledge_horizon_par json NOT NULL DEFAULT '{"ex_post_horizon": "PT0H"}', attributes jsonb NOT NULL DEFAULT '{}',
    generic_asset_id int NOT NULL REFERENCES generic_asset
);
CREATE TABLE data_source (
    id serial PRIMARY KEY, name varchar(120) NOT NULL, type varchar(80), model varchar(80), version varchar(17),
    user_id int UNIQUE, account_id int, attributes jsonb NOT NULL DEFAULT '{}', attributes_hash bytea,
    UNIQUE (name, user_id, account_id, model, version, attributes_hash)
);
CREATE TABLE timed_belief (
    event_start timestamptz, belief_horizon interval, cumulative_probability float DEFAULT 0.5,
    sensor_id int REFERENCES sensor, source_id int REFERENCES data_source, event_value float NOT NULL,
    PRIMARY KEY (event_start, belief_horizon, cumulative_probability, sensor_id, source_id)
);
CREATE TYPE annotation_type AS ENUM ('alert', 'holiday', 'label', 'feedback', 'warning', 'error');
CREATE TABLE annotation (
    id serial PRIMARY KEY, start timestamptz NOT NULL, "end" timestamptz NOT NULL, belief_time timestamptz,
    source_id int NOT NULL REFERENCES data_source, type annotation_type NOT NULL, content varchar(1024) NOT NULL
);
CREATE TABLE annotations_accounts (id serial PRIMARY KEY, annotation_id int, account_id int);
CREATE TABLE annotations_assets (id serial PRIMARY KEY, annotation_id int, generic_asset_id int);
CREATE TABLE annotations_sensors (id serial PRIMARY KEY, annotation_id int, sensor_id int);
CREATE TABLE audit_log (
    id serial PRIMARY KEY, event_datetime timestamp, event varchar(500), active_user_name varchar(255),
    active_user_id int, affected_user_id int, affected_account_id int
);
CREATE TABLE asset_audit_log (
    id serial PRIMARY KEY, event_datetime timestamp, event varchar(500), active_user_name varchar(255),
    active_user_id int REFERENCES fm_user ON DELETE SET NULL,
    affected_asset_id int REFERENCES generic_asset ON DELETE SET NULL
);
CREATE TABLE latest_task_run (name varchar(80) PRIMARY KEY, datetime timestamptz DEFAULT now(), status bool);
"""

# Sensors: 5 power, 6 day-ahead price, 7 daily energy, 8 temperature in another zone, known a day before.
ROWS = """
INSERT INTO alembic_version VALUES ('1ae32ffc8c3f');
INSERT INTO plan (id, name) VALUES (1, 'basic');
INSERT INTO account (id, name, primary_color, attributes, consultancy_account_id, plan_id) VALUES
    (2, 'Bakery', '#aabbcc', '{"sector": "food"}', NULL, 1), (4, 'Advisers', NULL, '{}', NULL, NULL);
UPDATE account SET consultancy_account_id = 4 WHERE id = 2;
INSERT INTO account_role (id, name) VALUES (3, 'Consultancy'), (9, 'Prosumer');
INSERT INTO roles_accounts (account_id, role_id) VALUES (4, 3), (2, 9);
INSERT INTO fm_user (id, email, username, password, active, last_login_at, login_count, timezone, account_id, fs_uniquifier)
VALUES
    (11, 'bea@bakery.example', 'bea', %(salted)s, true, '2025-12-01 10:00', 5, 'Europe/Paris', 2, 'a'),
    (12, 'cas@advisers.example', 'cas', %(salted)s, true, NULL, NULL, NULL, 4, 'b'),
    (13, 'dan@bakery.example', 'dan', %(salted)s, false, NULL, 0, 'Europe/Paris', 2, 'c');
INSERT INTO role (id, name, description) VALUES (1, 'admin', 'super user'), (5, 'account-admin', NULL), (6, 'consultant', NULL);
INSERT INTO roles_users (user_id, role_id) VALUES (11, 5), (12, 6);
INSERT INTO generic_asset_type (id, name) VALUES (4, 'building'), (6, 'battery');
INSERT INTO generic_asset
    (id, name, latitude, longitude, account_id, parent_asset_id, generic_asset_type_id, external_id)
VALUES
    (21, 'oven hall', 52.1, 5.2, 2, NULL, 4, 'hall-1'), (22, 'the market', NULL, NULL, NULL, NULL, 4, NULL),
    (20, 'battery', NULL, NULL, 2, NULL, 6, '  ');
UPDATE generic_asset SET parent_asset_id = 21, flex_model = '{"soc-max": "10 kWh", "soc-minima": {"sensor": 7}}' WHERE id = 20;
UPDATE generic_asset SET flex_context = '{"consumption-price": {"sensor": 6}}', sensors_to_show = '[{"title": "Power", "plots": [{"sensor": 5}]}]',
    secrets = '{"cloud": {"ciphertext": "x"}}' WHERE id = 21;
INSERT INTO sensor (id, name, unit, timezone, event_resolution, generic_asset_id, attributes) VALUES
    (5, 'power', 'kW', 'Europe/Amsterdam', '15 minutes', 20, '{"consumption_is_positive": true}'),
    (7, 'energy', 'kWh', 'Europe/Amsterdam', '1 day', 21, '{}');
INSERT INTO sensor (id, name, unit, timezone, event_resolution, generic_asset_id, knowledge_horizon_fnc, knowledge_horizon_par)
VALUES
    (6, 'price', 'EUR/MWh', 'Europe/Amsterdam', '1 hour', 22, 'x_days_ago_at_y_oclock', '{"x": 1, "y": 12, "z": "Europe/Paris"}'),
    (8, 'temperature', '°C', 'Asia/Seoul', '0', 22, 'ex_ante', '{"ex_ante_horizon": "PT24H"}');
INSERT INTO data_source (id, name, type, model, version, user_id, account_id, attributes, attributes_hash) VALUES
    (31, 'bea', 'user', NULL, NULL, 11, 2, '{}', NULL),
    (32, 'Seita', 'scheduler', 'StorageScheduler', '8', NULL, NULL, '{}', NULL),
    (33, 'Seita', 'scheduler', 'StorageScheduler', '9', NULL, NULL, '{}', NULL),
    (34, 'gone', 'user', NULL, NULL, 99, 2, '{}', NULL),
    (35, 'FlexMeasures', 'forecaster', 'TrainPredictPipeline', NULL, NULL, NULL, '{"data_generator": {"config": {}}}', '\\x0102');
INSERT INTO timed_belief (sensor_id, source_id, event_start, belief_horizon, cumulative_probability, event_value) VALUES
    (5, 35, '2026-01-05T00:00Z', '1 hour', 0.5, 3.0),
    (5, 35, '2026-01-05T00:00Z', '2 hours', 0.5, 2.0),
    (5, 35, '2026-01-05T00:15Z', '1 hour', 0.2, 1.0),
    (5, 35, '2026-01-05T00:15Z', '1 hour', 0.5, 4.0),
    (5, 35, '2026-01-05T00:15Z', '1 hour', 0.8, 9.0),
    (5, 31, '2026-01-05T00:00Z', '-5 minutes', 0.5, 2.5),
    (5, 31, '2026-01-05T00:00Z', '-1 day -5 minutes', 0.5, 2.75),
    (5, 34, '2026-01-05T00:30Z', '0', 0.5, -1.5),
    (5, 34, '2026-01-05T00:45Z', '0', 0.5, 'NaN'),
    (6, 34, '2026-01-05T23:00Z', '0', 0.5, 80),
    (6, 34, '2026-03-29T12:00Z', '30 minutes', 0.5, 90),
    (7, 31, '2026-03-27T23:00Z', '0', 0.5, 24),
    (7, 31, '2026-03-28T23:00Z', '0', 0.5, 23),
    (7, 31, '2026-03-29T22:00Z', '0', 0.5, 25),
    (8, 35, '2026-01-05T15:00Z', '-12 hours', 0.5, -4);
INSERT INTO annotation (id, start, "end", belief_time, source_id, type, content) VALUES
    (41, '2026-01-01T00:00Z', '2026-01-02T00:00Z', NULL, 31, 'holiday', 'New Year'),
    (42, '2026-01-03T00:00Z', '2026-01-04T00:00Z', '2026-01-03T12:00Z', 31, 'alert', 'oven broken');
INSERT INTO annotations_accounts (annotation_id, account_id) VALUES (41, 2);
INSERT INTO annotations_assets (annotation_id, generic_asset_id) VALUES (42, 21);
INSERT INTO annotations_sensors (annotation_id, sensor_id) VALUES (42, 5);
INSERT INTO audit_log (id, event_datetime, event, affected_user_id) VALUES (51, '2025-11-01 08:30', 'User gone deleted', 99);
INSERT INTO asset_audit_log (id, event_datetime, event, active_user_name, active_user_id, affected_asset_id)
VALUES (61, '2025-11-02 08:30', 'Created asset ''oven hall'': 21', 'bea', 11, 21);
INSERT INTO latest_task_run VALUES ('import prices', '2026-01-02T03:04Z', false), ('old task', '2026-01-01T00:00Z', NULL);
SELECT setval('fm_user_id_seq', 99), setval('account_id_seq', 4), setval('generic_asset_id_seq', 22),
    setval('sensor_id_seq', 8), setval('data_source_id_seq', 35), setval('annotation_id_seq', 42);
"""


class NoProgress:
    """Hears of all rows, and tells nobody."""

    def start(self, step: str, n_rows: int) -> None:
        pass

    def advance(self, n_rows: int) -> None:
        pass


@contextmanager
def flexmeasures_database(server: PostgresServer) -> Iterator[str]:
    """Give a database with the tables and rows of above; remove it afterwards."""
    with server.fresh_database() as url:
        run_on(url, TABLES)
        run_on(url, ROWS, salted=bcrypted(with_salt(PASSWORD)))
        yield url


def run_on(url: str, statements: str, **values: str) -> None:
    """Execute statements, separated by semicolons, in one transaction."""
    cursor_factory = psycopg.ClientCursor
    with psycopg.connect(url, cursor_factory=cursor_factory) as connection:
        connection.execute(statements, values or None)


def with_salt(password: str) -> bytes:
    """Return what is hashed for a password."""
    return base64.b64encode(hmac.new(SALT.encode(), password.encode(), hashlib.sha512).digest())


def bcrypted(secret: bytes) -> str:
    """Return the cheapest hash there is."""
    return bcrypt.hashpw(secret[:72], bcrypt.gensalt(rounds=4)).decode()
