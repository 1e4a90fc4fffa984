package dev.latchkey.keys.owners;

import dev.latchkey.keys.authenticate.KeyDirectory;
import dev.latchkey.keys.feed.ChangeLog;
import dev.latchkey.keys.feed.Touched;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.issuing.KeyEvents;
import dev.latchkey.keys.standby.StandbyGate;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.MemberLosses;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.audit.AuditChange;
import dev.latchkey.kit.audit.AuditLog;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deactivates the keys of a member that none of the member's roles covers any more, with the change
 * of the tenancy itself: whoever has seen that change finds the keys stopped, and they stay so when
 * the member comes back, until somebody enables them.
 */
@Singleton
final class OwnerDeactivation implements MemberLosses {
  private static final Logger LOG = LoggerFactory.getLogger(OwnerDeactivation.class);

  private final InstantSource clock;
  private final AuditLog audit;
  private final ChangeLog log;
  private final StandbyGate standby;

  /** The directory itself rests on the tenancy, whose changes come here. */
  private final Provider<KeyDirectory> directory;

  OwnerDeactivation(
      InstantSource clock,
      AuditLog audit,
      ChangeLog log,
      StandbyGate standby,
      Provider<KeyDirectory> directory) {
    this.clock = clock;
    this.audit = audit;
    this.log = log;
    this.standby = standby;
    this.directory = directory;
  }

  @Override
  public Runnable onLoss(Connection connection, MemberView member) {
    Instant now = clock.instant().truncatedTo(ChronoUnit.MILLIS);
    List<StoredKey> stopped = new ArrayList<>();
    List<AuditChange> changes = new ArrayList<>();
    Touched touched = new Touched();
    for (StoredKey key :
        KeyStore.lockOutside(connection, member.id(), member.owner().roles().keySet())) {
      StoredKey deactivated = key.change(now).deactivated().build();
      KeyStore.update(connection, deactivated);
      stopped.add(deactivated);
      touched.key(key.id(), key.hash());
      changes.add(KeyEvents.change(key, deactivated, now, Map.of()));
    }
    audit.appendOwn(connection, "KeyService.DeactivateKey", changes);
    log.append(connection, touched);
    return () -> forget(member, stopped);
  }

  private void forget(MemberView member, List<StoredKey> stopped) {
    if (!stopped.isEmpty()) {
      forget(stopped.stream().map(StoredKey::hash).toList());
      log.committed();
      LOG.info("deactivated {} keys of the user {}", stopped.size(), member.id());
    }
  }

  @Override
  public Runnable onGain(Connection connection, Set<UUID> users) {
    List<KeyHash> stopped = KeyStore.deactivated(connection, users);
    return () -> forget(stopped);
  }

  /** Whoever reads these keys next must find what the copy of the tenancy has done to them. */
  private void forget(List<KeyHash> stopped) {
    if (!stopped.isEmpty()) {
      standby.committedHere();
      stopped.forEach(directory.get()::forget);
    }
  }
}
