package dev.latchkey.kit.database;

import java.security.SecureRandom;

/** Secrets that all nodes of a service share through its database. */
public final class ServiceSecrets {
  private static final int BYTES = 32;

  private ServiceSecrets() {}

  /** The named secret: 32 random bytes, made by whichever node asks first. */
  public static byte[] get(Transactions transactions, SecureRandom random, String name) {
    byte[] candidate = new byte[BYTES];
    random.nextBytes(candidate);
    return transactions.write(
        connection -> {
          Sql.update(
              connection,
              "INSERT INTO service_secret (name, value) VALUES (?, ?) ON CONFLICT DO NOTHING",
              name,
              candidate);
          return Sql.first(
                  connection,
                  "SELECT value FROM service_secret WHERE name = ?",
                  row -> row.getBytes("value"),
                  name)
              .orElseThrow();
        });
  }
}
