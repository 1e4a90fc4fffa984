package dev.latchkey.edge.management;

import dev.latchkey.edge.keyservice.CallOrigin;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.RequestProblems;
import dev.latchkey.kit.errors.FieldViolation;
import io.grpc.Status;
import java.util.List;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers that are too large to be read. gRPC calls that RESOURCE_EXHAUSTED, which would tell the
 * client of a limit that it has not used up.
 */
public final class AnswerSize {
  /**
   * The largest answer of a service, in bytes: 1000 keys of 16 KiB each, many times what keys have.
   */
  public static final int LARGEST = 16 << 20;

  private static final Logger LOG = LoggerFactory.getLogger(AnswerSize.class);
  private static final String PAGE_SIZE = "page_size";

  /** How grpc-java's own reader begins to say so; it has no other mark. */
  private static final String TOO_LARGE = "gRPC message exceeds maximum size";

  private AnswerSize() {}

  /** Whether a call failed only because its answer was too large. */
  static boolean isWhatFailed(Throwable thrown) {
    Status status = Status.fromThrowable(thrown);
    return status.getCode() == Status.Code.RESOURCE_EXHAUSTED
        && status.getDescription() != null
        && status.getDescription().startsWith(TOO_LARGE);
  }

  /** What the client is told: to ask for less where it can, else that it is a fault of ours. */
  static Problem problem(Operation operation, CallOrigin origin) {
    if (operation.takes(PAGE_SIZE)) {
      return Problem.invalid(
          "The page is too large to be sent.",
          List.of(
              new FieldViolation(
                  PAGE_SIZE, "the page is larger than 16 MiB (expected: a smaller page_size)")));
    }
    LOG.error("request_id={} the service's answer is too large", origin.requestId());
    return RequestProblems.INTERNAL;
  }
}
