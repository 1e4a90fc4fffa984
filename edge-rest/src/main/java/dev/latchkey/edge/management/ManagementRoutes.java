package dev.latchkey.edge.management;

import io.micronaut.context.ExecutionHandleLocator;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.DefaultRouteBuilder;
import jakarta.inject.Singleton;

/** Tells Micronaut's router of every route of the table; one method answers all of them. */
@Singleton
@SuppressWarnings("overrides") // Of Micronaut's own methods.
final class ManagementRoutes extends DefaultRouteBuilder {
  ManagementRoutes(ExecutionHandleLocator locator, ConversionService conversion) {
    super(locator, CAMEL_CASE_NAMING_STRATEGY, conversion);
    for (Operation operation : Operations.ALL) {
      add(operation.method(), operation.template());
      if (operation.method() == HttpMethod.GET) {
        add(HttpMethod.HEAD, operation.template());
      }
    }
  }

  private void add(HttpMethod method, String template) {
    var _ = buildRoute(method, template, ManagementEndpoint.class, "answer", HttpRequest.class);
  }
}
