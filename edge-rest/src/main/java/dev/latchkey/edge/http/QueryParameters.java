package dev.latchkey.edge.http;

import dev.latchkey.kit.validation.Fields;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/** Takes the query of a URL apart. */
public final class QueryParameters {
  private QueryParameters() {}

  /**
   * One parameter, decoded.
   *
   * @param value may be a secret that does not belong there: for no message
   */
  public record Parameter(String name, String value) {
    /** The name, without anything that could be more than a name. */
    public String shownName() {
      return name.isEmpty() ? "query" : Fields.echo(name).replaceAll("^\"|\"$", "");
    }
  }

  /**
   * The parameters in their order.
   *
   * @param raw what stands behind the question mark; well-formed as part of a URI
   */
  public static List<Parameter> of(String raw) {
    List<Parameter> parameters = new ArrayList<>();
    for (String part : raw.split("&", -1)) {
      if (part.isEmpty()) {
        continue;
      }
      int equals = part.indexOf('=');
      parameters.add(
          equals < 0
              ? new Parameter(decoded(part), "")
              : new Parameter(
                  decoded(part.substring(0, equals)), decoded(part.substring(equals + 1))));
    }
    return parameters;
  }

  private static String decoded(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }
}
