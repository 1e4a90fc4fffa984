-- Where clients may use the key from, and which resources it is limited to; empty for no limit.
ALTER TABLE api_key
    ADD COLUMN allowed_networks text[] NOT NULL DEFAULT '{}',
    ADD COLUMN resources        text[] NOT NULL DEFAULT '{}';
