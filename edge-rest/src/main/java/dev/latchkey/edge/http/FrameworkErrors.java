package dev.latchkey.edge.http;

import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.edge.problem.RequestProblems;
import dev.latchkey.kit.grpc.RequestIds;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import io.micronaut.http.MutableHttpResponse;
import io.micronaut.http.server.exceptions.response.ErrorContext;
import io.micronaut.http.server.exceptions.response.ErrorResponseProcessor;
import jakarta.inject.Singleton;
import java.util.Arrays;
import java.util.TreeSet;

/**
 * Gives the answers that Micronaut makes itself (no such route, wrong method, too large …) the form
 * of ours. Takes nothing over from Micronaut's own texts, which quote the request.
 */
@Singleton
final class FrameworkErrors implements ErrorResponseProcessor<Object> {
  private final ProblemWriter problems;

  FrameworkErrors(ProblemWriter problems) {
    this.problems = problems;
  }

  @Override
  @SuppressWarnings("unchecked") // The body's type is of no use to anybody.
  public MutableHttpResponse<Object> processResponse(
      ErrorContext context, MutableHttpResponse<?> base) {
    HttpRequest<?> request = context.getRequest();
    String allowed = allowed(base);
    if (request.getMethod() == HttpMethod.OPTIONS && !allowed.isEmpty()) {
      return HttpResponse.noContent().header(HttpHeaders.ALLOW, allowed);
    }
    String requestId =
        Exchange.find(request).map(Exchange::requestId).orElseGet(() -> RequestIds.orNew(null));
    MutableHttpResponse<?> response = problems.write(problem(base.code()), requestId).response();
    if (!allowed.isEmpty()) {
      response.header(HttpHeaders.ALLOW, allowed);
    }
    return (MutableHttpResponse<Object>) response;
  }

  private static Problem problem(int status) {
    return switch (status) {
      case 404 -> RequestProblems.NOT_FOUND;
      case 405 -> RequestProblems.METHOD_NOT_ALLOWED;
      case 406 -> RequestProblems.NOT_ACCEPTABLE;
      case 413 -> RequestProblems.PAYLOAD_TOO_LARGE;
      case 414 -> RequestProblems.URI_TOO_LONG;
      case 415 -> RequestProblems.UNSUPPORTED_MEDIA_TYPE;
      default -> status >= 500 ? RequestProblems.INTERNAL : RequestProblems.NOT_HTTP;
    };
  }

  /** The methods a path takes, in a stable order; empty where that is not the matter. */
  private static String allowed(MutableHttpResponse<?> base) {
    TreeSet<String> methods = new TreeSet<>();
    for (String value : base.getHeaders().getAll(HttpHeaders.ALLOW)) {
      Arrays.stream(value.split(",", -1)).map(String::strip).forEach(methods::add);
    }
    if (!methods.isEmpty()) {
      methods.add("OPTIONS");
    }
    return String.join(", ", methods);
  }
}
