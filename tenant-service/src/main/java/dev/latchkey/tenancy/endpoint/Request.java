package dev.latchkey.tenancy.endpoint;

import com.google.protobuf.Descriptors.EnumValueDescriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import dev.latchkey.kit.limits.RateLimit;
import dev.latchkey.kit.limits.RateLimits;
import dev.latchkey.kit.net.AllowedNetworks;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.tenancy.v1.Ceilings;
import dev.latchkey.proto.tenancy.v1.KeyFormat;
import dev.latchkey.proto.tenancy.v1.KeyRole;
import dev.latchkey.proto.tenancy.v1.LeakPolicy;
import dev.latchkey.proto.tenancy.v1.ScopeCatalogue;
import dev.latchkey.tenancy.plan.Ceiling;
import dev.latchkey.tenancy.policy.KeyPolicy;
import dev.latchkey.tenancy.policy.KeyPolicyFields;
import java.time.Instant;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.UUID;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads a request by the names of its fields, which mean the same in all requests, and collects
 * what is wrong with them; {@link #check} then throws.
 */
final class Request {
  private static final int LONGEST_DISPLAY_NAME = 200;
  private static final long LARGEST_CEILING = 1_000_000_000;
  private static final int LONGEST_SUBJECT = 255;

  /** One @ between printable characters that are no spaces. */
  private static final Pattern EMAIL =
      Pattern.compile("(?=.{3,254}\\z)[^@\\p{Z}\\p{C}]+@[^@\\p{Z}\\p{C}]+");

  private static final Pattern ETAG = Pattern.compile("[1-9][0-9]{0,17}");
  private static final Pattern PREFIX = Pattern.compile("[a-z][a-z0-9]{1,11}");

  private final Message message;
  private final Fields fields = new Fields();

  Request(Message message) {
    this.message = message;
  }

  Message message() {
    return message;
  }

  /** Throws if anything was refused. */
  void check() {
    fields.check();
  }

  UUID id(String name) {
    return fields.id(name, text(name));
  }

  @Nullable UUID optionalId(String name) {
    return fields.optionalId(name, text(name));
  }

  @Nullable UUID requestId() {
    return optionalId("request_id");
  }

  String slug() {
    return fields.slug("slug", text("slug"));
  }

  /** The display name, or something else when it is empty. */
  String displayName(String otherwise) {
    String name = optionalText("display_name", LONGEST_DISPLAY_NAME);
    return name.isEmpty() ? otherwise : name;
  }

  /** A text that may be empty, but not blank. */
  private String optionalText(String name, int longest) {
    String value = text(name);
    return value.isEmpty() || !value.isBlank()
        ? fields.optionalText(name, value, longest)
        : fields.text(name, value, longest);
  }

  /** A text as far as a display name goes. */
  static String asDisplayName(String text) {
    int length = Math.min(text.codePointCount(0, text.length()), LONGEST_DISPLAY_NAME);
    return text.substring(0, text.offsetByCodePoints(0, length));
  }

  String email() {
    return fields.matching(
        "email", text("email"), EMAIL, "3 to 254 characters without spaces, one @ inside");
  }

  String optionalEmail() {
    return text("email").isEmpty() ? "" : email();
  }

  String externalSubject() {
    return optionalText("external_subject", LONGEST_SUBJECT);
  }

  /** Refuses a request that has neither of two ids. */
  void requireOneOf(String one, String other) {
    if (text(one).isEmpty() && text(other).isEmpty()) {
      fields.refuse(one, "missing", "a UUID, here or in " + other);
    }
  }

  /** A required role; VIEWER stands in for one that was refused. */
  dev.latchkey.kit.access.Role role() {
    int number = ((EnumValueDescriptor) get("role")).getNumber();
    return Optional.ofNullable(Role.forNumber(number))
        .flatMap(dev.latchkey.kit.access.Role::of)
        .orElseGet(
            () -> {
              fields.refuse(
                  "role",
                  number == 0 ? "missing" : "unknown",
                  "ROLE_VIEWER, ROLE_MEMBER, ROLE_ADMIN or ROLE_OWNER");
              return dev.latchkey.kit.access.Role.VIEWER;
            });
  }

  /** The paths of the update mask. */
  Set<String> mask(Set<String> known) {
    Set<String> paths = fields.mask("update_mask", (FieldMask) get("update_mask"), known);
    for (String required : Set.of("display_name", "plan_id", "email")) {
      if (paths.contains(required) && text(required).isEmpty()) {
        fields.refuse(required, "missing", "a value, for its path is in update_mask");
      }
    }
    return paths;
  }

  /** The version in the etag; null when there is none. */
  @Nullable Long version() {
    String etag = text("etag");
    if (etag.isEmpty()) {
      return null;
    }
    fields.matching("etag", etag, ETAG, "the etag of the resource as it was read");
    return ETAG.matcher(etag).matches() ? Long.valueOf(etag) : null;
  }

  dev.latchkey.tenancy.node.@Nullable KeyFormat keyFormat() {
    if (!message.hasField(field("key_format"))) {
      return null;
    }
    KeyFormat format = (KeyFormat) get("key_format");
    String prefix =
        fields.matching(
            "key_format.prefix",
            format.getPrefix(),
            PREFIX,
            "2 to 12 of [a-z0-9], starting with a letter");
    return new dev.latchkey.tenancy.node.KeyFormat(
        prefix, format.getShowMode(), format.getShowEnvironment());
  }

  AllowedNetworks networks() {
    String name = "allowed_networks";
    return fields.networks(name, items(name, String.class));
  }

  List<RateLimit> rateLimits() {
    String name = "rate_limits";
    return RateLimits.read(
        fields, name, items(name, dev.latchkey.proto.tenancy.v1.RateLimit.class));
  }

  KeyPolicy keyPolicy() {
    return new KeyPolicy(
        message.hasField(field("scope_catalogue"))
            ? KeyPolicyFields.catalogue(fields, (ScopeCatalogue) get("scope_catalogue"))
            : null,
        KeyPolicyFields.roles(fields, items("key_roles", KeyRole.class)),
        KeyPolicyFields.leakPolicy(fields, leakPolicy((EnumValueDescriptor) get("leak_policy"))));
  }

  private static LeakPolicy leakPolicy(EnumValueDescriptor value) {
    LeakPolicy known = LeakPolicy.forNumber(value.getNumber());
    return known == null ? LeakPolicy.UNRECOGNIZED : known;
  }

  /** The ceilings that are set; none for the others. */
  Map<Ceiling, Long> ceilings() {
    Ceilings given = (Ceilings) get("ceilings");
    Map<Ceiling, Long> ceilings = new EnumMap<>(Ceiling.class);
    for (Ceiling ceiling : Ceiling.values()) {
      FieldDescriptor field = Ceilings.getDescriptor().findFieldByName(ceiling.field());
      if (given.hasField(field)) {
        ceilings.put(
            ceiling,
            fields.number(
                "ceilings." + ceiling.field(), (Long) given.getField(field), 0, LARGEST_CEILING));
      }
    }
    return ceilings;
  }

  @Nullable Instant time(String name) {
    return fields.optionalTime(name, message.hasField(field(name)), (Timestamp) get(name));
  }

  int pageSize() {
    return fields.pageSize(
        "page_size", (Integer) get("page_size"), Page.DEFAULT_SIZE, Page.LARGEST_SIZE);
  }

  boolean flag(String name) {
    return (Boolean) get(name);
  }

  String text(String name) {
    return (String) get(name);
  }

  private <T> List<T> items(String name, Class<T> type) {
    return ((List<?>) get(name)).stream().<T>map(type::cast).toList();
  }

  private Object get(String name) {
    return message.getField(field(name));
  }

  private FieldDescriptor field(String name) {
    FieldDescriptor field = message.getDescriptorForType().findFieldByName(name);
    if (field == null) {
      throw new IllegalStateException(
          "%s has no field %s".formatted(message.getDescriptorForType().getFullName(), name));
    }
    return field;
  }
}
