package dev.latchkey.keys.owners;

import dev.latchkey.keys.authenticate.KeyDirectory;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.MemberLosses;
import dev.latchkey.keys.tenancy.MemberView;
import jakarta.inject.Provider;
import jakarta.inject.Singleton;
import java.sql.Connection;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.List;
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

  /** The directory itself rests on the tenancy, whose changes come here. */
  private final Provider<KeyDirectory> directory;

  OwnerDeactivation(InstantSource clock, Provider<KeyDirectory> directory) {
    this.clock = clock;
    this.directory = directory;
  }

  @Override
  public Runnable onLoss(Connection connection, MemberView member) {
    List<StoredKey> stopped =
        KeyStore.deactivateOutside(
            connection,
            member.id(),
            member.owner().roles().keySet(),
            clock.instant().truncatedTo(ChronoUnit.MILLIS));
    return () -> forget(member, stopped);
  }

  private void forget(MemberView member, List<StoredKey> stopped) {
    stopped.forEach(key -> directory.get().forget(key.hash()));
    if (!stopped.isEmpty()) {
      LOG.info("deactivated {} keys of the user {}", stopped.size(), member.id());
    }
  }
}
