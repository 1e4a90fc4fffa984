package dev.latchkey.edge.ratelimit;

import dev.latchkey.proto.keys.v1.CreditState;
import dev.latchkey.proto.keys.v1.LimitState;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * {@code RateLimit-Policy} and {@code RateLimit} of one answer
 * (draft-ietf-httpapi-ratelimit-headers): lists of named policies, the one with the least left
 * first. Guarantees that nothing but such a list can be in either.
 *
 * @param policy empty where there is nothing to say
 * @param state empty where there is nothing to say
 */
public record RateLimitFields(String policy, String state) {
  private static final String POLICY = "RateLimit-Policy";
  private static final String STATE = "RateLimit";

  /** The policy of a key's credits. Its quota is not known, so it has no entry in POLICY. */
  private static final String CREDITS = "credits";

  private static final int LONGEST = 1_000;
  private static final int MOST_POLICIES = 10;

  private static final Pattern NAME = Pattern.compile("[a-z0-9_-]{1,40}");

  private static final String ITEM =
      "\"[A-Za-z0-9_.-]{1,64}+\"(?:;[a-z][a-z0-9]{0,9}+=(?:[0-9]{1,15}+|\"[A-Za-z0-9 _-]{1,40}+\"))*+";

  /** What of the draft's grammar (RFC 9651 lists of strings with parameters) is in use. */
  private static final Pattern LIST = Pattern.compile(ITEM + "(?:, ?" + ITEM + ")*+");

  private static final RateLimitFields NONE = new RateLimitFields("", "");

  public RateLimitFields {
    policy = listOrNothing(policy);
    state = listOrNothing(state);
  }

  /** What the limits and credits of a decision come to; of several with one name, the first. */
  public static RateLimitFields of(List<LimitState> limits, List<CreditState> credits) {
    return of(limits, credits, Instant.now());
  }

  static RateLimitFields of(List<LimitState> limits, List<CreditState> credits, Instant now) {
    Map<String, String> policies = new LinkedHashMap<>();
    Map<String, String> states = new LinkedHashMap<>();
    for (LimitState limit : limits) {
      if (states.size() < MOST_POLICIES && NAME.matcher(limit.getName()).matches()) {
        policies.putIfAbsent(limit.getName(), policy(limit));
        states.putIfAbsent(limit.getName(), state(limit));
      }
    }
    if (!credits.isEmpty()) {
      states.putIfAbsent(CREDITS, state(credits.getFirst(), now));
    }
    return states.isEmpty()
        ? NONE
        : new RateLimitFields(
            String.join(", ", policies.values()), String.join(", ", states.values()));
  }

  /** The fields as an answer's headers; none for those with nothing to say. */
  public Map<String, String> headers() {
    Map<String, String> headers = new LinkedHashMap<>();
    if (!policy.isEmpty()) {
      headers.put(POLICY, policy);
    }
    if (!state.isEmpty()) {
      headers.put(STATE, state);
    }
    return headers;
  }

  private static String policy(LimitState limit) {
    return '"'
        + limit.getName()
        + "\";q="
        + Math.max(0, limit.getAmount())
        + ";w="
        + WholeSeconds.of(limit.getWindow());
  }

  private static String state(LimitState limit) {
    return '"'
        + limit.getName()
        + "\";r="
        + Math.max(0, limit.getRemaining())
        + ";t="
        + WholeSeconds.of(limit.getResetAfter());
  }

  private static String state(CreditState credits, Instant now) {
    String left = "\"%s\";r=%d".formatted(CREDITS, Math.max(0, credits.getRemaining()));
    if (!credits.hasNextRefillTime()) {
      return left;
    }
    Instant refill =
        Instant.ofEpochSecond(
            credits.getNextRefillTime().getSeconds(), credits.getNextRefillTime().getNanos());
    return left + ";t=" + WholeSeconds.of(Duration.between(now, refill));
  }

  private static String listOrNothing(String text) {
    return text.length() <= LONGEST && LIST.matcher(text).matches() ? text : "";
  }
}
