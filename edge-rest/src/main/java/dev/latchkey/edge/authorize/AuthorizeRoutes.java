package dev.latchkey.edge.authorize;

import io.micronaut.context.ExecutionHandleLocator;
import io.micronaut.core.convert.ConversionService;
import io.micronaut.http.HttpMethod;
import io.micronaut.http.HttpRequest;
import io.micronaut.web.router.DefaultRouteBuilder;
import jakarta.inject.Singleton;
import java.util.List;

/** The check answers to every method: some gateways ask with that of the request at hand. */
@Singleton
@SuppressWarnings("overrides") // Of Micronaut's own methods.
final class AuthorizeRoutes extends DefaultRouteBuilder {
  static final List<HttpMethod> METHODS =
      List.of(
          HttpMethod.GET,
          HttpMethod.HEAD,
          HttpMethod.POST,
          HttpMethod.PUT,
          HttpMethod.PATCH,
          HttpMethod.DELETE,
          HttpMethod.OPTIONS);

  AuthorizeRoutes(ExecutionHandleLocator locator, ConversionService conversion) {
    super(locator, CAMEL_CASE_NAMING_STRATEGY, conversion);
    for (HttpMethod method : METHODS) {
      var route =
          buildRoute(
              method, AuthorizeRoute.PATH, AuthorizeEndpoint.class, "answer", HttpRequest.class);
      // The body is the original request's, and of any type; nobody reads it here.
      var _ = route.consumesAll();
    }
  }
}
