package dev.latchkey.edge.problem;

import io.micronaut.http.HttpResponse;
import io.micronaut.http.HttpStatus;
import io.micronaut.http.MediaType;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.json.JsonMapper;
import jakarta.inject.Singleton;
import java.io.IOException;
import java.io.UncheckedIOException;

/** The one place that turns a refusal into an HTTP answer. Safe for use by many threads. */
@Singleton
public final class ProblemWriter {
  private static final MediaType PROBLEM_JSON = MediaType.of("application/problem+json");

  private final JsonMapper json;

  ProblemWriter(JsonMapper json) {
    this.json = json;
  }

  /** The answer to the request with this id. */
  public MutableHttpResponse<?> write(Problem problem, String requestId) {
    MutableHttpResponse<byte[]> response =
        HttpResponse.<byte[]>status(HttpStatus.valueOf(problem.code().status()))
            .contentType(PROBLEM_JSON)
            .body(document(problem, requestId));
    problem.headers().forEach(response::header);
    return response;
  }

  private byte[] document(Problem problem, String requestId) {
    try {
      return json.writeValueAsBytes(ProblemDocument.of(problem, requestId));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
