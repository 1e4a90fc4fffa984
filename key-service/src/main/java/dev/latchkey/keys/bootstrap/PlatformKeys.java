package dev.latchkey.keys.bootstrap;

import dev.latchkey.keys.KeyServiceSettings;
import dev.latchkey.keys.format.KeyFormat;
import dev.latchkey.keys.format.KeyText;
import dev.latchkey.keys.format.Mode;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.hashing.KeyHasher;
import dev.latchkey.keys.issuing.KeyMaker;
import dev.latchkey.keys.issuing.KeyTransaction;
import dev.latchkey.keys.issuing.KeyWrites;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.secret.Secret;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Makes sure at every start that the operator and the services have keys.
 *
 * <p>A key file is the truth: its key is entered if the database does not know it, so keys may be
 * handed to the services as files, and a crash between writing a file and entering its key mends
 * itself. A role without a key that works, be it that there never was one or that it was revoked,
 * gets a new one: a leaked operator's key locks nobody out for longer than until the next start. A
 * key that was revoked stays so.
 */
@Singleton
public class PlatformKeys {
  private static final Logger LOG = LoggerFactory.getLogger(PlatformKeys.class);

  private final KeyServiceSettings settings;
  private final Transactions transactions;
  private final KeyMaker maker;
  private final KeyWrites writes;
  private final InstantSource clock;

  PlatformKeys(
      KeyServiceSettings settings,
      Transactions transactions,
      KeyMaker maker,
      KeyWrites writes,
      InstantSource clock) {
    this.settings = settings;
    this.transactions = transactions;
    this.maker = maker;
    this.writes = writes;
    this.clock = clock;
  }

  /** Makes or enters what is missing, and grants what has come to the roles since. */
  public void ensure() {
    // So it is at most starts, and to find it takes no lock and no write.
    if (transactions.read(this::isComplete)) {
      return;
    }
    for (Role role : Role.values()) {
      if (role == Role.OPERATOR && settings.operatorKeyHash().isPresent()) {
        StoredKey operator = foreign(settings.operatorKeyHash().get());
        change("KeyService.CreateKey", role, transaction -> enter(transaction, role, operator));
        warnIfUnserved(role);
      } else {
        change("KeyService.CreateKey", role, transaction -> ensure(transaction, role));
      }
      change("KeyService.UpdateKey", role, transaction -> grant(transaction, role));
    }
  }

  private boolean isComplete(Connection connection) {
    return Arrays.stream(Role.values())
        .allMatch(
            role ->
                given(role)
                        .filter(hash -> KeyStore.byHash(connection, hash).isPresent())
                        .isPresent()
                    && isServed(connection, role)
                    && !PlatformKeyStore.lacksScopes(connection, role));
  }

  /** The key that a role is given from outside; empty while there is none. */
  private Optional<KeyHash> given(Role role) {
    return role == Role.OPERATOR && settings.operatorKeyHash().isPresent()
        ? settings.operatorKeyHash()
        : file(role).read().map(KeyHasher::hash);
  }

  private SecretFile file(Role role) {
    return new SecretFile(settings.secretsDir().resolve(role.fileName()));
  }

  private void warnIfUnserved(Role role) {
    if (!transactions.read(connection -> isServed(connection, role))) {
      LOG.error(
          "the key whose hash is given as LATCHKEY_OPERATOR_KEY_SHA256 is revoked; nobody can"
              + " manage the deployment until the hash of another key is given");
    }
  }

  /**
   * Nodes that start at once do this one after the other. Where the transaction is run again, the
   * file that was written is there and is entered.
   */
  private void ensure(KeyTransaction transaction, Role role) {
    SecretFile file = file(role);
    Optional<Secret> present = file.read();
    present.ifPresent(text -> enter(transaction, role, KeyText.of(text)));
    if (!isServed(transaction.connection(), role)) {
      KeyText text = maker.text(KeyFormat.DEFAULT, Mode.LIVE, Optional.empty());
      file.write(text.secret());
      enter(transaction, role, text);
      LOG.info("made the key of {}: {}", role.text(), file.path());
    } else if (present.isEmpty()) {
      LOG.info("the key of {} exists, its file {} does not", role.text(), file.path());
    }
  }

  private boolean isServed(Connection connection, Role role) {
    return PlatformKeyStore.isServed(connection, role, clock.instant());
  }

  /**
   * Gives the keys of a role the scopes that it needs and they lack, made as they may have been
   * before there were these scopes.
   */
  private void grant(KeyTransaction transaction, Role role) {
    PlatformKeyStore.notRevoked(transaction.connection(), role).stream()
        .flatMap(id -> transaction.lock(id).stream())
        .filter(key -> !key.scopes().containsAll(role.scopes()))
        .forEach(key -> transaction.update(granted(key, role)));
  }

  private StoredKey granted(StoredKey key, Role role) {
    Set<String> scopes = new TreeSet<>(key.scopes());
    scopes.addAll(role.scopes());
    return key.change(clock.instant().truncatedTo(ChronoUnit.MILLIS))
        .scopes(List.copyOf(scopes))
        .build();
  }

  private void enter(KeyTransaction transaction, Role role, KeyText text) {
    enter(transaction, role, maker.platformKey(text, role.text(), role.scopes()));
  }

  private static void enter(KeyTransaction transaction, Role role, StoredKey key) {
    if (transaction.lock(key.hash()).isEmpty()) {
      PlatformKeyStore.note(transaction.connection(), role, transaction.insertKnown(key));
    }
  }

  private void change(String action, Role role, Consumer<KeyTransaction> work) {
    int _ =
        writes.runOwn(
            transaction -> {
              PlatformKeyStore.hold(transaction.connection(), role);
              work.accept(transaction);
              return 0;
            },
            done -> KeyWrites.Cause.own(action));
  }

  private StoredKey foreign(KeyHash hash) {
    return maker.platformKey(hash, Role.OPERATOR.text(), Role.OPERATOR.scopes());
  }
}
