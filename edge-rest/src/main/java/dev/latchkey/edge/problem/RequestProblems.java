package dev.latchkey.edge.problem;

/** The refusals that concern the request as HTTP, and the faults on our side. */
public final class RequestProblems {
  public static final Problem NOT_HTTP =
      Problem.of(ProblemCode.INVALID_REQUEST, "The request is not well-formed HTTP.");

  public static final Problem NOT_FOUND =
      Problem.of(ProblemCode.NOT_FOUND, "There is nothing at this path.");

  public static final Problem METHOD_NOT_ALLOWED =
      Problem.of(
          ProblemCode.METHOD_NOT_ALLOWED,
          "This path does not take this method; the Allow header has those it takes.");

  public static final Problem NOT_ACCEPTABLE =
      Problem.of(ProblemCode.NOT_ACCEPTABLE, "The answer can only be given as application/json.");

  public static final Problem UNSUPPORTED_MEDIA_TYPE =
      Problem.of(ProblemCode.UNSUPPORTED_MEDIA_TYPE, "The body must be application/json.");

  public static final Problem PAYLOAD_TOO_LARGE =
      Problem.of(
          ProblemCode.PAYLOAD_TOO_LARGE, "The body is larger than 64 KiB, or 4 MiB for an import.");

  public static final Problem URI_TOO_LONG =
      Problem.of(ProblemCode.URI_TOO_LONG, "The URL is longer than 4 KiB.");

  public static final Problem HEADERS_TOO_LARGE =
      Problem.of(ProblemCode.HEADERS_TOO_LARGE, "The headers are larger than 16 KiB.");

  /** A fault of ours. */
  public static final Problem INTERNAL =
      Problem.of(
          ProblemCode.INTERNAL, "The service failed; its log has more under this request id.");

  /** No decision could be made: never an answer about the key. */
  public static final Problem UNAVAILABLE =
      Problem.of(
              ProblemCode.UNAVAILABLE,
              "No decision about the request can be made just now. Try again.")
          .with("Retry-After", "1");

  private RequestProblems() {}
}
