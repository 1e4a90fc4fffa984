package dev.latchkey.keys.bootstrap;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.issuing.KeyMaker;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.database.Sql;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure at every start that the operator and the services have keys.
 *
 * <p>A key file is the truth: its key is entered if the database does not know it, so keys may be
 * handed to the services as files, and a crash between writing a file and entering its key mends
 * itself. Where there is neither file nor key, both are made. A key that was revoked stays so.
 */
@Singleton
public class PlatformKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PlatformKeys.class);

  private final KeyServiceSettings settings;
  private final Transactions transactions;
  private final KeyMaker maker;

  PlatformKeys(KeyServiceSettings settings, Transactions transactions, KeyMaker maker) {
    this.settings = settings;
    this.transactions = transactions;
    this.maker = maker;
  }

  /** Makes or enters what is missing. */
  public void ensure() {
    for (Role role : Role.values()) {
      if (role == Role.OPERATOR && settings.operatorKeyHash().isPresent()) {
        enter(role, foreign(settings.operatorKeyHash().get()));
      } else {
        ensure(role);
      }
    }
  }

  private void ensure(Role role) {
    SecretFile file = new SecretFile(settings.secretsDir().resolve(role.fileName()));
    Optional<Secret> present = file.read();
    if (present.isPresent()) {
      enter(role, KeyText.of(present.get()));
    } else if (hasKey(role)) {
      LOG.info("the key of {} exists, its file {} does not", role.text(), file.path());
    } else {
      KeyText text = maker.text(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty());
      file.write(text.secret());
      enter(role, text);
      LOG.info("made the key of {}: {}", role.text(), file.path());
    }
  }

  private boolean hasKey(Role role) {
    return transactions
        .read(
            connection ->
                Sql.first(
                    connection,
                    "SELECT 1 FROM platform_key WHERE role = ?",
                    row -> true,
                    role.text()))
        .isPresent();
  }

  private void enter(Role role, KeyText text) {
    StoredKey key = maker.platformKey(text, role.text(), role.scopes());
    enter(role, key);
  }

  private void enter(Role role, StoredKey key) {
    transactions.change(
        connection -> {
          if (KeyStore.byHash(connection, key.hash()).isEmpty()) {
            KeyStore.insert(connection, key);
            note(connection, role, key);
          }
        });
  }

  private static void note(Connection connection, Role role, StoredKey key) {
    Sql.update(
        connection, "INSERT INTO platform_key (role, key_id) VALUES (?, ?)", role.text(), key.id());
  }

  private StoredKey foreign(KeyHash hash) {
    return maker.platformKey(hash, Role.OPERATOR.text(), Role.OPERATOR.scopes());
  }
}
