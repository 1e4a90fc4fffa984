package dev.latchkey.edge.http;

import dev.latchkey.edge.answer.Answer;
import java.util.concurrent.CompletionStage;

/**
 * A route whose plain requests are answered past the framework. The same work answers those that
 * are not plain by the framework's way, so a client cannot tell which way its request went.
 */
public interface FastRoute {
  /** The whole path; it has no variables. */
  String path();

  /**
   * Answers a GET. Is called on the connection's thread, and so never waits; may be completed on
   * any.
   */
  CompletionStage<Answer> answer(Exchange exchange);
}
