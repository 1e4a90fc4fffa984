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
 * first; a field that would be empty is left out. Guarantees that nothing but such a list can be in
 * either.
 */
public final class RateLimitFields {
  private static final String POLICY = "RateLimit-Policy";
  private static final String STATE = "RateLimit";

  /** The policy of a key's credits. Its quota is not known, so it has no entry in POLICY. */
  private static final String CREDITS = "credits";

  private static final int LONGEST = 1_000;
  private static final int LONGEST_NAME = 40;
  private static final long LARGEST_NUMBER = 999_999_999_999_999L;
  private static final int MOST_POLICIES = 10;

  private static final String ITEM =
      "\"[A-Za-z0-9_.-]{1,64}+\"(?:;[a-z][a-z0-9]{0,9}+=(?:[0-9]{1,15}+|\"[A-Za-z0-9 _-]{1,40}+\"))*+";

  /** What of the draft's grammar (RFC 9651 lists of strings with parameters) is in use. */
  private static final Pattern LIST = Pattern.compile(ITEM + "(?:, ?" + ITEM + ")*+");

  private static final RateLimitFields NONE = new RateLimitFields("", "");

  private final String policy;
  private final String state;

  private RateLimitFields(String policy, String state) {
    this.policy = policy;
    this.state = state;
  }

  /** Takes over texts from elsewhere, those that are lists. */
  public static RateLimitFields ofTexts(String policy, String state) {
    return new RateLimitFields(listOrNothing(policy), listOrNothing(state));
  }

  /** Empty where there is nothing to say. */
  String policy() {
    return policy;
  }

  /** Empty where there is nothing to say. */
  String state() {
    return state;
  }

  /** What the limits and credits of a decision come to; of several with one name, the first. */
  public static RateLimitFields of(List<LimitState> limits, List<CreditState> credits) {
    return of(limits, credits, Instant.now());
  }

  static RateLimitFields of(List<LimitState> limits, List<CreditState> credits, Instant now) {
    Map<String, String> policies = new LinkedHashMap<>();
    Map<String, String> states = new LinkedHashMap<>();
    for (LimitState limit : limits) {
      if (states.size() < MOST_POLICIES && isName(limit.getName())) {
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

  /** What may stand between quotes, and names limits: of names like this all texts are lists. */
  private static boolean isName(String text) {
    if (text.isEmpty() || text.length() > LONGEST_NAME) {
      return false;
    }
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (!((c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_' || c == '-')) {
        return false;
      }
    }
    return true;
  }

  /** In the range of the draft's integers. */
  private static long number(long value) {
    return Math.clamp(value, 0L, LARGEST_NUMBER);
  }

  private static String policy(LimitState limit) {
    return '"'
        + limit.getName()
        + "\";q="
        + number(limit.getAmount())
        + ";w="
        + WholeSeconds.of(limit.getWindow());
  }

  private static String state(LimitState limit) {
    return '"'
        + limit.getName()
        + "\";r="
        + number(limit.getRemaining())
        + ";t="
        + WholeSeconds.of(limit.getResetAfter());
  }

  private static String state(CreditState credits, Instant now) {
    String left = "\"%s\";r=%d".formatted(CREDITS, number(credits.getRemaining()));
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
