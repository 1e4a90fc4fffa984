package dev.latchkey.edge.http;

import dev.latchkey.edge.credentials.CredentialReader;
import dev.latchkey.edge.credentials.PresentedCredential;
import dev.latchkey.edge.problem.CredentialProblems;
import dev.latchkey.edge.problem.Problem;
import dev.latchkey.edge.problem.ProblemWriter;
import dev.latchkey.kit.secret.Secret;
import io.micronaut.http.HttpHeaders;
import io.micronaut.http.HttpRequest;
import io.micronaut.http.HttpResponse;
import jakarta.inject.Singleton;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;

/** Lets only requests with one credential reach a route's work. Safe for use by many threads. */
@Singleton
public final class Callers {
  private static final String API_KEY = "X-API-Key";

  private final ProblemWriter problems;

  Callers(ProblemWriter problems) {
    this.problems = problems;
  }

  /** Does the work with the request's credential, or answers why there is none to work with. */
  public CompletionStage<HttpResponse<?>> withCredential(
      HttpRequest<?> request, Function<Secret, CompletionStage<HttpResponse<?>>> work) {
    HttpHeaders headers = request.getHeaders();
    return switch (CredentialReader.read(
        headers.getAll(API_KEY), headers.getAll(HttpHeaders.AUTHORIZATION))) {
      case PresentedCredential.Found(Secret secret) -> work.apply(secret);
      case PresentedCredential.Missing() -> refuse(request, CredentialProblems.MISSING);
      case PresentedCredential.Conflicting() -> refuse(request, CredentialProblems.CONFLICTING);
      // Not told apart from a key that is unknown.
      case PresentedCredential.Malformed() -> refuse(request, CredentialProblems.INVALID);
    };
  }

  private CompletionStage<HttpResponse<?>> refuse(HttpRequest<?> request, Problem problem) {
    return CompletableFuture.completedFuture(
        problems.write(problem, Exchange.of(request).requestId()));
  }
}
