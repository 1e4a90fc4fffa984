package dev.latchkey.tenancy.member;

import java.time.Instant;
import java.util.Locale;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * A person of one organization.
 *
 * @param settings what can be changed
 * @param deleteTime null while the user is live
 * @param version counts its changes, from 1
 * @param revision the newest revision of the change log that touched it; 0 before the first
 */
public record User(
    UUID id,
    UUID organizationId,
    Settings settings,
    Instant createTime,
    Instant updateTime,
    @Nullable Instant deleteTime,
    long version,
    long revision) {

  /**
   * What of a user can be changed.
   *
   * @param email unique, without regard to case, among the organization's live users
   * @param displayName 1 to 200 characters
   * @param externalSubject the name at the organization's identity provider, unique like the email
   *     but with regard to case; empty for none
   */
  public record Settings(String email, String displayName, String externalSubject) {}

  /** An email without regard to case: down first, for a capital "ẞ" has no way up to "SS". */
  static String folded(String email) {
    return email.toLowerCase(Locale.ROOT).toUpperCase(Locale.ROOT);
  }

  public boolean isLive() {
    return deleteTime == null;
  }

  User with(Settings changed, Instant now) {
    return new User(
        id, organizationId, changed, createTime, now, deleteTime, version + 1, revision);
  }

  User deleted(Instant now) {
    return new User(id, organizationId, settings, createTime, now, now, version + 1, revision);
  }
}
