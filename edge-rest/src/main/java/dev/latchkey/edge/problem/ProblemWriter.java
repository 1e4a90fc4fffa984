package dev.latchkey.edge.problem;

import dev.latchkey.edge.answer.Answer;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The one place that turns a refusal into an HTTP answer. Safe for use by many threads. */
@Singleton
public final class ProblemWriter {
  private static final String PROBLEM_JSON = "application/problem+json";

  private final JsonMapper json;

  ProblemWriter(JsonMapper json) {
    this.json = json;
  }

  /** The answer to the request with this id. */
  public Answer write(Problem problem, String requestId) {
    return Answer.of(problem.code().status(), PROBLEM_JSON, document(problem, requestId))
        .with(problem.headers());
  }

  private byte[] document(Problem problem, String requestId) {
    try {
      return json.writeValueAsBytes(ProblemDocument.of(problem, requestId));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
