package dev.latchkey.kit.limits;

import com.google.protobuf.Duration;
import com.google.protobuf.InvalidProtocolBufferException;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.tenancy.v1.Plan;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Lists of limits: out of a request, into a message, and in and out of a column. */
public final class RateLimits {
  /** How many a list may have. */
  public static final int MOST = 20;

  private RateLimits() {}

  /** What is counted once in a list: two limits may have one name if just one is shared. */
  private record Identity(String name, boolean shared) {}

  /** The limits of a plan or node. */
  public static List<RateLimit> read(
      Fields in, String field, List<dev.latchkey.proto.tenancy.v1.RateLimit> given) {
    if (given.size() > MOST) {
      in.refuse(field, given.size() + " rate limits", "at most " + MOST);
      return List.of();
    }
    List<RateLimit> limits = new ArrayList<>();
    Set<Identity> seen = new HashSet<>();
    for (int i = 0; i < given.size(); i++) {
      String path = "%s[%d]".formatted(field, i);
      RateLimit limit = read(in, path, given.get(i));
      if (!seen.add(new Identity(limit.name(), limit.shared()))) {
        in.refuse(path + ".name", Fields.echo(limit.name()) + " twice", "each name once");
      }
      limits.add(limit);
    }
    return List.copyOf(limits);
  }

  /** The limits of a key, none of which can be shared. */
  public static List<RateLimit> readOfKey(
      Fields in, String field, List<dev.latchkey.proto.tenancy.v1.RateLimit> given) {
    List<RateLimit> limits = read(in, field, given);
    for (int i = 0; i < limits.size(); i++) {
      if (limits.get(i).shared()) {
        in.refuse("%s[%d].shared".formatted(field, i), "true", "false, for a key is one key");
      }
    }
    return limits;
  }

  private static RateLimit read(
      Fields in, String path, dev.latchkey.proto.tenancy.v1.RateLimit given) {
    return new RateLimit(
        in.name(path + ".name", given.getName()),
        in.number(path + ".amount", given.getAmount(), 1, RateLimit.LARGEST),
        in.duration(
            path + ".window",
            given.getWindow(),
            RateLimit.SHORTEST_WINDOW,
            RateLimit.LONGEST_WINDOW),
        in.number(path + ".burst", given.getBurst(), 0, RateLimit.LARGEST),
        given.getShared());
  }

  /** The messages of limits. */
  public static List<dev.latchkey.proto.tenancy.v1.RateLimit> toMessages(List<RateLimit> limits) {
    return limits.stream().map(RateLimits::toMessage).toList();
  }

  private static dev.latchkey.proto.tenancy.v1.RateLimit toMessage(RateLimit limit) {
    return dev.latchkey.proto.tenancy.v1.RateLimit.newBuilder()
        .setName(limit.name())
        .setAmount(limit.amount())
        .setWindow(
            Duration.newBuilder()
                .setSeconds(limit.window().toSeconds())
                .setNanos(limit.window().toNanosPart()))
        .setBurst(limit.burst())
        .setShared(limit.shared())
        .build();
  }

  /** The limits of messages that were checked when they were written, such as those of the feed. */
  public static List<RateLimit> ofMessages(List<dev.latchkey.proto.tenancy.v1.RateLimit> messages) {
    return messages.stream().map(RateLimits::ofMessage).toList();
  }

  private static RateLimit ofMessage(dev.latchkey.proto.tenancy.v1.RateLimit message) {
    return new RateLimit(
        message.getName(),
        message.getAmount(),
        java.time.Duration.ofSeconds(
            message.getWindow().getSeconds(), message.getWindow().getNanos()),
        message.getBurst(),
        message.getShared());
  }

  /**
   * Limits as they stand in a column of type {@code bytea}: a serialized {@code
   * latchkey.tenancy.v1.Plan} with nothing but its {@code rate_limits}.
   *
   * @return null for none
   */
  public static byte @Nullable [] toColumn(List<RateLimit> limits) {
    return limits.isEmpty()
        ? null
        : Plan.newBuilder().addAllRateLimits(toMessages(limits)).build().toByteArray();
  }

  /** Limits out of such a column. */
  public static List<RateLimit> ofColumn(byte @Nullable [] column) {
    if (column == null) {
      return List.of();
    }
    try {
      return ofMessages(Plan.parseFrom(column).getRateLimitsList());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException("a column of rate limits cannot be read", e);
    }
  }
}
