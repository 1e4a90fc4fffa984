-- Keys whose texts another system has issued.
ALTER TABLE api_key ADD COLUMN imported boolean NOT NULL DEFAULT false;

-- Has its one row from the first import on. Until then a text that is not shaped like one of ours
-- is refused without a look-up.
CREATE TABLE import_mark (
    singleton boolean PRIMARY KEY DEFAULT true CHECK (singleton)
);
