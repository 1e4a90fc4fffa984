package dev.latchkey.edge.management;

import com.google.gson.JsonElement;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;

/** Makes a page for people out of the OpenAPI document: no scripts, nothing to load. */
final class OpenApiPage {
  private static final Pattern CODE = Pattern.compile("`([^`]*)`");

  private static final String STYLE =
      """

      :root { color-scheme: light dark; --line: #8884; --soft: #8881; --accent: #2a6fdb; }
      body { font: 16px/1.5 system-ui, sans-serif; max-width: 60rem; margin: 0 auto; padding: 1.5rem; }
      code { font: .9em ui-monospace, monospace; overflow-wrap: anywhere; }
      nav ul { columns: 18rem; padding-left: 1rem; }
      section { border-top: 1px solid var(--line); padding: .5rem 0 1rem; }
      h3 { margin-bottom: .2rem; }
      .method { color: var(--accent); font-weight: 700; }
      table { border-collapse: collapse; width: 100%; font-size: .92rem; }
      th, td { text-align: left; vertical-align: top; padding: .3rem .6rem .3rem 0; border-top: 1px solid var(--line); }
      th { font-weight: 600; }
      td:first-child { white-space: nowrap; }
      details { background: var(--soft); padding: .3rem .8rem; border-radius: .4rem; margin: .4rem 0; }
      """;

  private final JsonObject document;
  private final JsonObject schemas;
  private final StringBuilder html = new StringBuilder();

  private OpenApiPage(JsonObject document) {
    this.document = document;
    this.schemas = document.getAsJsonObject("components").getAsJsonObject("schemas");
  }

  static String write(String openApi) {
    return new OpenApiPage(JsonParser.parseString(openApi).getAsJsonObject()).page();
  }

  private String page() {
    html.append(
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <title>Latchkey REST API</title>
        <style>""");
    html.append(STYLE).append("</style>\n</head>\n<body>\n<h1>Latchkey REST API</h1>\n<p>");
    html.append(prose(text(document.getAsJsonObject("info"), "description")));
    html.append("</p>\n<p>For programs: <a href=\"/api/v1/openapi.json\">openapi.json</a></p>\n");
    html.append("<nav>\n<ul>\n");
    each((path, method, operation) -> link(path, method));
    html.append("</ul>\n</nav>\n<main>\n<h2>Operations</h2>\n");
    each(this::operation);
    html.append("<h2>Schemas</h2>\n");
    schemas.entrySet().forEach(schema -> schema(schema.getKey(), schema.getValue()));
    html.append("</main>\n</body>\n</html>\n");
    return html.toString();
  }

  private void each(Visitor visitor) {
    for (Map.Entry<String, JsonElement> path : document.getAsJsonObject("paths").entrySet()) {
      path.getValue()
          .getAsJsonObject()
          .entrySet()
          .forEach(
              method ->
                  visitor.visit(
                      path.getKey(),
                      method.getKey().toUpperCase(Locale.ROOT),
                      method.getValue().getAsJsonObject()));
    }
  }

  private void link(String path, String method) {
    html.append(
        "<li><a href=\"#%s\"><code>%s %s</code></a></li>\n"
            .formatted(anchor(method, path), method, escaped(path)));
  }

  private void operation(String path, String method, JsonObject operation) {
    html.append(
        "<section id=\"%s\">\n<h3><code><span class=\"method\">%s</span> %s</code></h3>\n<p>%s</p>\n"
            .formatted(
                anchor(method, path),
                method,
                escaped(path),
                prose(text(operation, "description"))));
    if (operation.has("parameters")) {
      parameters(operation);
    }
    if (operation.has("requestBody")) {
      JsonObject schema = schemaOf(operation.getAsJsonObject("requestBody"));
      html.append("<details open><summary>Body</summary>\n");
      fields(resolved(schema));
      html.append("</details>\n");
    }
    html.append("<table>\n<tr><th>Answer</th><th></th></tr>\n");
    operation
        .getAsJsonObject("responses")
        .entrySet()
        .forEach(answer -> answer(answer.getKey(), answer.getValue().getAsJsonObject()));
    html.append("</table>\n</section>\n");
  }

  private void parameters(JsonObject operation) {
    html.append("<details open><summary>Parameters</summary>\n<table>\n");
    for (JsonElement element : operation.getAsJsonArray("parameters")) {
      JsonObject parameter = element.getAsJsonObject();
      if (parameter.has("$ref")) {
        parameter =
            document
                .getAsJsonObject("components")
                .getAsJsonObject("parameters")
                .getAsJsonObject(name(parameter));
      }
      row(
          text(parameter, "name"),
          text(parameter, "in") + ", " + type(parameter.getAsJsonObject("schema")),
          text(parameter, "description"));
    }
    html.append("</table>\n</details>\n");
  }

  private void answer(String status, JsonObject answer) {
    if (answer.has("$ref")) {
      JsonObject refused =
          document
              .getAsJsonObject("components")
              .getAsJsonObject("responses")
              .getAsJsonObject(name(answer));
      html.append(
          "<tr><td>%s</td><td>%s</td></tr>\n"
              .formatted(status, prose(text(refused, "description"))));
    } else {
      html.append(
          "<tr><td>%s</td><td>%s %s</td></tr>\n"
              .formatted(status, prose(text(answer, "description")), type(schemaOf(answer))));
    }
  }

  private void schema(String name, JsonElement element) {
    JsonObject schema = element.getAsJsonObject();
    html.append(
        "<section id=\"schema-%s\">\n<h3><code>%s</code></h3>\n<p>%s</p>\n"
            .formatted(name, name, prose(text(schema, "description"))));
    if (schema.has("properties")) {
      fields(schema);
    } else if (schema.has("enum")) {
      schema
          .getAsJsonArray("enum")
          .forEach(
              value -> html.append("<code>%s</code> ".formatted(escaped(value.getAsString()))));
    }
    html.append("</section>\n");
  }

  private void fields(JsonObject schema) {
    html.append("<table>\n");
    schema
        .getAsJsonObject("properties")
        .entrySet()
        .forEach(
            field -> {
              JsonObject described = field.getValue().getAsJsonObject();
              row(field.getKey(), type(described), text(described, "description"));
            });
    html.append("</table>\n");
  }

  private void row(String name, String type, String description) {
    html.append(
        "<tr><td><code>%s</code></td><td>%s</td><td>%s</td></tr>\n"
            .formatted(escaped(name), type, prose(description)));
  }

  /** The type in words, with a link where it has a section of its own. */
  private static String type(JsonObject schema) {
    if (schema.has("$ref")) {
      String name = name(schema);
      return "<a href=\"#schema-%s\">%s</a>".formatted(name, name);
    }
    if (schema.has("anyOf")) {
      return type(schema.getAsJsonArray("anyOf").get(0).getAsJsonObject()) + " or null";
    }
    if (schema.has("items")) {
      return "array of " + type(schema.getAsJsonObject("items"));
    }
    if (schema.has("additionalProperties") && schema.get("additionalProperties").isJsonObject()) {
      return "object with values " + type(schema.getAsJsonObject("additionalProperties"));
    }
    String format = schema.has("format") ? " (" + text(schema, "format") + ")" : "";
    return escaped(
        schema.has("type")
            ? schema.get("type").toString().replaceAll("[\\[\\]\"]", "").replace(",", " or ")
                + format
            : "");
  }

  private static JsonObject schemaOf(JsonObject holder) {
    return holder
        .getAsJsonObject("content")
        .getAsJsonObject("application/json")
        .getAsJsonObject("schema");
  }

  private JsonObject resolved(JsonObject schema) {
    return schema.has("$ref") ? schemas.getAsJsonObject(name(schema)) : schema;
  }

  private static String name(JsonObject reference) {
    String ref = reference.get("$ref").getAsString();
    return ref.substring(ref.lastIndexOf('/') + 1);
  }

  private static String text(JsonObject object, String name) {
    return object.has(name) ? object.get(name).getAsString() : "";
  }

  private static String prose(String text) {
    return CODE.matcher(escaped(text)).replaceAll("<code>$1</code>");
  }

  private static String escaped(String text) {
    return text.replace("&", "&amp;")
        .replace("<", "&lt;")
        .replace(">", "&gt;")
        .replace("\"", "&quot;");
  }

  private static String anchor(String method, String path) {
    return (method + path).replaceAll("[^A-Za-z0-9]+", "-");
  }

  private interface Visitor {
    void visit(String path, String method, JsonObject operation);
  }
}
