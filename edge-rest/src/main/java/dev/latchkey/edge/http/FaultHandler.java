package dev.latchkey.edge.http;

import dev.latchkey.edge.answer.Answer;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.edge.problem.RequestProblems;
import dev.latchkey.kit.grpc.RequestIds;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.server.exceptions.ExceptionHandler;
import jakarta.inject.Singleton;
import java.io.IOException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Answers what nobody foresaw: the caller learns nothing of it, the log all but the URL. */
@Singleton
final class FaultHandler implements ExceptionHandler<Throwable, HttpResponse<?>> {
  private static final Logger LOG = LoggerFactory.getLogger(FaultHandler.class);

  private final ProblemWriter problems;

  FaultHandler(ProblemWriter problems) {
    this.problems = problems;
  }

  @Override
  @SuppressWarnings("rawtypes") // The interface's own signature.
  public HttpResponse<?> handle(HttpRequest request, Throwable thrown) {
    String requestId =
        Exchange.find((HttpRequest<?>) request)
            .map(Exchange::requestId)
            .orElseGet(() -> RequestIds.orNew(null));
    return answer(thrown, requestId).response();
  }

  /** The answer to the request with this id. */
  Answer answer(Throwable thrown, String requestId) {
    if (thrown instanceof IOException) {
      // The client went away in the middle of its request: nobody reads this answer.
      return problems.write(RequestProblems.NOT_HTTP, requestId);
    }
    LOG.error("request_id={} failed", requestId, thrown);
    return problems.write(RequestProblems.INTERNAL, requestId);
  }
}
