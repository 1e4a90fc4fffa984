package dev.latchkey.edge.problem;

import java.util.Collection;
import java.util.stream.Collectors;

/**
 * The refusals that concern the caller's credential, with their challenges (RFC 6750, section 3).
 * The error table of {@code docs/errors.md}, as code.
 */
public final class CredentialProblems {
  private static final String CHALLENGE = "WWW-Authenticate";
  private static final String REALM = "Bearer realm=\"latchkey\"";

  /**
   * No credential was given. RFC 6750, section 3.1: then the challenge says no error. The detail is
   * that of a wrong key (MS2); title and code tell the two apart.
   */
  public static final Problem MISSING =
      Problem.of(ProblemCode.MISSING_API_KEY, "Invalid API key").with(CHALLENGE, REALM);

  /** A key stands in the URL. */
  public static final Problem IN_URL =
      Problem.of(
              ProblemCode.API_KEY_IN_URL,
              "API keys are not accepted in URLs. Treat this key as leaked, and send keys in a"
                  + " header.")
          .with(CHALLENGE, REALM);

  /** Two credentials that differ. */
  public static final Problem CONFLICTING =
      Problem.of(
          ProblemCode.CONFLICTING_CREDENTIALS,
          "The request carries two different credentials; send one.");

  /** The one answer to every key that opens nothing, so that nobody learns why it does not. */
  public static final Problem INVALID =
      Problem.of(ProblemCode.INVALID_API_KEY, "Invalid API key")
          .with(CHALLENGE, REALM + ", error=\"invalid_token\"");

  public static final Problem TENANT_SUSPENDED =
      Problem.of(
          ProblemCode.TENANT_SUSPENDED, "The tenant that the API key belongs to is suspended.");

  public static final Problem API_ACCESS_DENIED =
      Problem.of(
          ProblemCode.API_ACCESS_DENIED, "The organization's plan does not include API access.");

  public static final Problem CLIENT_NETWORK_NOT_ALLOWED =
      Problem.of(
          ProblemCode.CLIENT_NETWORK_NOT_ALLOWED,
          "The API key may not be used from this client's network.");

  public static final Problem RESOURCE_NOT_GRANTED =
      Problem.of(ProblemCode.RESOURCE_NOT_GRANTED, "The API key is not granted this resource.");

  public static final Problem RATE_LIMITED =
      Problem.of(ProblemCode.RATE_LIMITED, "The API key has used up a limit on its rate of calls.");

  public static final Problem QUOTA_EXHAUSTED =
      Problem.of(ProblemCode.QUOTA_EXHAUSTED, "The API key's credits do not cover the call.");

  /** Refused by key-service for a reason that this edge does not know. */
  public static final Problem ACCESS_DENIED =
      Problem.of(ProblemCode.ACCESS_DENIED, "The API key may not make this call.");

  private CredentialProblems() {}

  /** The key does not cover these scopes. */
  public static Problem insufficientScope(Collection<String> missing) {
    // The challenge is a quoted string of scope tokens: nothing else may get in.
    String scopes =
        missing.stream()
            .filter(CredentialProblems::isScopeToken)
            .sorted()
            .collect(Collectors.joining(" "));
    String scope = scopes.isEmpty() ? "" : ", scope=\"" + scopes + "\"";
    String detail =
        scopes.isEmpty()
            ? "The API key does not cover this call."
            : "The API key does not cover: " + scopes + ".";
    return Problem.of(ProblemCode.INSUFFICIENT_SCOPE, detail)
        .with(CHALLENGE, REALM + ", error=\"insufficient_scope\"" + scope);
  }

  /** RFC 6749, section 3.3: visible ASCII but {@code "} and {@code \}. */
  private static boolean isScopeToken(String scope) {
    return !scope.isEmpty()
        && scope.chars().allMatch(c -> c > ' ' && c < 0x7F && c != '"' && c != '\\');
  }
}
