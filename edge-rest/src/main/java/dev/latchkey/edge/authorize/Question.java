package dev.latchkey.edge.authorize;

import dev.latchkey.edge.http.Exchange;
import dev.latchkey.edge.http.QueryParameters;
import dev.latchkey.edge.http.QueryParameters.Parameter;
import dev.latchkey.kit.errors.FieldViolation;
import dev.latchkey.proto.keys.v1.AuthenticateRequest;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * What a gateway wants checked. The query, which only the gateway writes, may name all of it. A
 * gateway may let header fields of its own clients through, so these can only ask for more: {@code
 * X-Latchkey-Scope} adds scopes, {@code X-Latchkey-Resource} names a resource where the query does
 * not. What could make a check easier (other scopes to choose from, another limit, a lower cost) is
 * never read from them.
 */
sealed interface Question {
  String SCOPE_HEADER = "X-Latchkey-Scope";
  String RESOURCE_HEADER = "X-Latchkey-Resource";

  /** Without the credential and the client's address. */
  record Asked(AuthenticateRequest request) implements Question {}

  /** Something in it cannot be taken. */
  record Refused(List<FieldViolation> violations) implements Question {}

  static Question read(Exchange exchange) {
    AuthenticateRequest.Builder request = AuthenticateRequest.newBuilder();
    List<FieldViolation> violations = new ArrayList<>();
    Set<String> seen = new HashSet<>();
    for (Parameter parameter : QueryParameters.of(exchange.rawQuery())) {
      String name = parameter.name();
      String value = parameter.value();
      switch (name) {
        case "scope" -> request.addRequiredScopes(value);
        case "any_scope" -> request.addAnyScopes(value);
        case "resource", "limit", "cost" -> {
          if (!seen.add(name)) {
            violations.add(new FieldViolation(name, "twice (expected: once)"));
          } else {
            once(name, value, request, violations);
          }
        }
        default ->
            violations.add(
                new FieldViolation(
                    parameter.shownName(),
                    "unknown (expected: scope, any_scope, resource, limit, cost)"));
      }
    }
    exchange.fields(SCOPE_HEADER).stream()
        .flatMap(value -> List.of(value.strip().split(" +", -1)).stream())
        .forEach(request::addRequiredScopes);
    readResource(exchange.fields(RESOURCE_HEADER), request, violations);
    return violations.isEmpty()
        ? new Question.Asked(request.build())
        : new Question.Refused(List.copyOf(violations));
  }

  private static void once(
      String name,
      String value,
      AuthenticateRequest.Builder request,
      List<FieldViolation> violations) {
    if (value.isEmpty()) {
      // An empty variable of the gateway's must not turn a check off.
      violations.add(new FieldViolation(name, "empty (expected: a value, or no such parameter)"));
      return;
    }
    switch (name) {
      case "resource" -> request.setResource(value);
      case "limit" -> request.setLimit(value);
      default -> {
        try {
          request.setCost(Long.parseLong(value));
        } catch (NumberFormatException e) {
          violations.add(new FieldViolation(name, "no integer (expected: an integer of 64 bits)"));
        }
      }
    }
  }

  private static void readResource(
      List<String> values, AuthenticateRequest.Builder request, List<FieldViolation> violations) {
    if (values.isEmpty()) {
      return;
    }
    String value = values.getFirst();
    if (values.size() > 1 || value.isEmpty()) {
      violations.add(new FieldViolation(RESOURCE_HEADER, "not one value (expected: one)"));
    } else if (request.getResource().isEmpty()) {
      request.setResource(value);
    } else if (!request.getResource().equals(value)) {
      violations.add(
          new FieldViolation(
              RESOURCE_HEADER, "contradicts the query (expected: the same as resource)"));
    }
  }
}
