package dev.latchkey.edge.management;

import static dev.latchkey.edge.management.Schemas.object;
import static dev.latchkey.edge.management.Schemas.with;

import com.google.gson.GsonBuilder;
import com.google.gson.JsonArray;
import com.google.gson.JsonObject;
import com.google.gson.JsonParser;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import dev.latchkey.edge.problem.ProblemCode;
import dev.latchkey.proto.access.v1.AccessProto;
import dev.latchkey.proto.access.v1.AccessRule;
import dev.latchkey.proto.access.v1.Role;
import dev.latchkey.proto.keys.v1.AuthenticationServiceGrpc;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.micronaut.http.HttpMethod;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Makes the OpenAPI 3.1 document out of the table of routes and the .proto files. */
final class OpenApiDocument {
  /** The route that is not of management but has the same form. */
  static final Operation AUTHENTICATE =
      Operation.of(
          HttpMethod.POST,
          "/api/v1/authenticate",
          Upstream.KEY_SERVICE,
          AuthenticationServiceGrpc.getAuthenticateMethod());

  static final Set<Integer> ALWAYS = Set.of(400, 401, 403, 406, 414, 429, 431, 500, 503);

  private final Comments comments = Comments.read();
  private final Schemas schemas = new Schemas(comments);

  private OpenApiDocument() {}

  static String write() {
    return new GsonBuilder()
            .setPrettyPrinting()
            .disableHtmlEscaping()
            .create()
            .toJson(new OpenApiDocument().document())
        + "\n";
  }

  private JsonObject document() {
    JsonObject paths = new JsonObject();
    new OtherRoutes(schemas).addTo(paths);
    Stream.concat(Stream.of(AUTHENTICATE), Operations.ALL.stream())
        .forEach(
            operation -> {
              if (!paths.has(operation.template())) {
                paths.add(operation.template(), new JsonObject());
              }
              paths
                  .getAsJsonObject(operation.template())
                  .add(operation.method().name().toLowerCase(Locale.ROOT), of(operation));
            });
    JsonObject document = object("openapi", "3.1.0");
    document.add(
        "info",
        with(
            with(object("title", "Latchkey"), "version", "v1"),
            "description",
            "API keys for many tenants. Send your key as `X-API-Key: <key>` or"
                + " `Authorization: Bearer <key>`, never in a URL. Every refusal is a problem"
                + " document (RFC 9457); act on its `code`."));
    document.add("servers", array(object("url", "/")));
    document.add("security", array(named("apiKey"), named("bearer")));
    document.add("paths", paths);
    document.add("components", components());
    return document;
  }

  private JsonObject of(Operation operation) {
    var method =
        ((ProtoMethodDescriptorSupplier)
                Objects.requireNonNull(operation.call().getSchemaDescriptor()))
            .getMethodDescriptor();
    JsonObject written = object("operationId", operation.id());
    written.add("tags", Schemas.strings(List.of(tag(operation))));
    AccessRule access = method.getOptions().getExtension(AccessProto.access);
    written.addProperty(
        "description",
        "%s Needs the scope `%s`%s%s."
            .formatted(
                comments.of(method.getFullName()),
                access.getRequiredScope(),
                role(access),
                access.getPlatformOnly() ? ", and a key of the platform" : "")
            .strip());
    JsonArray parameters = parameters(operation);
    if (!parameters.isEmpty()) {
      written.add("parameters", parameters);
    }
    Descriptor request = operation.request().getDescriptorForType();
    if (!operation.bodyFields().isEmpty()) {
      JsonObject body =
          content(
              schemas.body(request, operation.bodyFields(), operation.method() == HttpMethod.PATCH),
              "application/json");
      body.addProperty("required", operation.bodyFields().stream().anyMatch(schemas::isRequired));
      written.add("requestBody", body);
    }
    written.add("responses", responses(operation));
    return written;
  }

  private static String role(AccessRule access) {
    return access.getMinimumRole() == Role.ROLE_UNSPECIFIED
        ? ""
        : ", of a member's key the role `%s` at the node"
            .formatted(access.getMinimumRole().name().replaceFirst("^ROLE_", ""));
  }

  private static String tag(Operation operation) {
    return operation.template().split("/", -1)[3];
  }

  private JsonArray parameters(Operation operation) {
    JsonArray parameters = new JsonArray();
    for (FieldDescriptor field : operation.request().getDescriptorForType().getFields()) {
      if (operation.pathFields().contains(field.getName())) {
        parameters.add(parameter(field, "path", true));
      } else if (operation.queryFields().contains(field)) {
        parameters.add(parameter(field, "query", schemas.isRequired(field)));
      }
    }
    if (operation.method() != HttpMethod.GET) {
      if (operation.takes(Operation.REQUEST_ID)) {
        parameters.add(object("$ref", "#/components/parameters/IdempotencyKey"));
      }
      if (operation.takes(Operation.ETAG)) {
        parameters.add(object("$ref", "#/components/parameters/IfMatch"));
      }
    }
    return parameters;
  }

  private JsonObject parameter(FieldDescriptor field, String in, boolean required) {
    JsonObject parameter = with(object("name", field.getName()), "in", in);
    schemas.described(parameter, field).addProperty("required", required);
    parameter.add("schema", schemas.of(field, true));
    return parameter;
  }

  private JsonObject responses(Operation operation) {
    JsonObject success = content(schemas.written(operation.answer()), "application/json");
    success.addProperty(
        "description", operation.creates() ? "It is created." : "It is done; the answer.");
    JsonObject headers = new JsonObject();
    if (operation.resource().isPresent()) {
      headers.add("ETag", header("The etag of the resource, quoted; for `If-Match`."));
    }
    if (operation.creates()) {
      headers.add("Location", header("The path of the resource."));
    }
    addLimits(headers);
    success.add("headers", headers);
    JsonObject responses = with(new JsonObject(), operation.creates() ? "201" : "200", success);
    Set<Integer> refusals = new TreeSet<>(ALWAYS);
    if (operation.request().getDescriptorForType().getFields().stream()
        .anyMatch(field -> field.getName().endsWith("id") && !takenFromHeader(field))) {
      refusals.add(404);
    }
    if (operation.takes(Operation.REQUEST_ID)) {
      refusals.add(409);
    }
    if (operation.takes(Operation.ETAG)) {
      refusals.add(412);
    }
    if (!operation.bodyFields().isEmpty()) {
      refusals.addAll(Set.of(413, 415));
    }
    refusals.forEach(status -> responses.add(Integer.toString(status), refusal(status)));
    return responses;
  }

  /** How the caller stands with its limits, where it has some. */
  static void addLimits(JsonObject headers) {
    for (String name : List.of("RateLimit", "RateLimit-Policy")) {
      headers.add(name, object("$ref", "#/components/headers/" + name));
    }
  }

  private static boolean takenFromHeader(FieldDescriptor field) {
    return field.getName().equals(Operation.REQUEST_ID);
  }

  static JsonObject refusal(int status) {
    return object("$ref", "#/components/responses/Refused" + status);
  }

  private JsonObject components() {
    JsonObject components = new JsonObject();
    components.add("securitySchemes", securitySchemes());
    components.add(
        "parameters",
        JsonParser.parseString(
            """
            {"IdempotencyKey": {"name": "Idempotency-Key", "in": "header", "required": false,
               "description": "A UUID chosen by the caller: a repeat of the same request gives the\
             first answer. The same as `request_id` in the body. Remembered for 24 hours.",
               "schema": {"type": "string", "format": "uuid"}},
             "IfMatch": {"name": "If-Match", "in": "header", "required": false,
               "description": "The change is made only if this is still the current etag, quoted as\
             in `ETag`. `*` asks nothing. The same as `etag` in the body.",
               "schema": {"type": "string"}}}"""));
    JsonObject headers = new JsonObject();
    headers.add(
        "RateLimit",
        header(
            "What is left of each limit (`r`) and in how many seconds all of it is back (`t`), as"
                + " in draft-ietf-httpapi-ratelimit-headers: `\"data\";r=499;t=60`. The one with the"
                + " least left first. Absent without limits."));
    headers.add(
        "RateLimit-Policy",
        header(
            "How much (`q`) each limit gives in how many seconds (`w`): `\"data\";q=500;w=60`."
                + " Absent without limits."));
    headers.add(
        "Retry-After",
        header("In how many seconds to try again. Absent where waiting does not help."));
    components.add("headers", headers);
    JsonObject responses = new JsonObject();
    Arrays.stream(ProblemCode.values())
        .map(ProblemCode::status)
        .filter(status -> status != 405)
        .sorted()
        .distinct()
        .forEach(status -> responses.add("Refused" + status, problem(status)));
    components.add("responses", responses);
    schemas.put(
        "Problem",
        JsonParser.parseString(
                """
                {"type": "object",
                 "description": "A refusal (RFC 9457). docs/errors.md explains every code.",
                 "properties": {
                   "type": {"type": "string", "format": "uri"},
                   "title": {"type": "string"},
                   "status": {"type": "integer"},
                   "detail": {"type": "string", "description": "For people; may change."},
                   "code": {"type": "string", "description": "For programs; stable."},
                   "request_id": {"type": "string", "description": "Also in `X-Request-Id`, and in the logs."},
                   "errors": {"type": "array", "description": "With `invalid_request`: every field that cannot be taken.",
                     "items": {"type": "object", "properties": {"field": {"type": "string"}, "problem": {"type": "string"}},
                       "required": ["field", "problem"]}},
                   "metadata": {"type": "object", "description": "What a program may want to know of the refusal.",
                     "additionalProperties": {"type": "string"}}},
                 "required": ["type", "title", "status", "detail", "code", "request_id"]}""")
            .getAsJsonObject());
    components.add("schemas", schemas.components());
    return components;
  }

  private static JsonObject problem(int status) {
    List<ProblemCode> codes =
        Arrays.stream(ProblemCode.values()).filter(code -> code.status() == status).toList();
    JsonObject properties = new JsonObject();
    JsonObject constant = new JsonObject();
    constant.addProperty("const", status);
    properties.add("status", constant);
    properties.add(
        "code",
        with(
            new JsonObject(),
            "enum",
            Schemas.strings(codes.stream().map(ProblemCode::wireName).toList())));
    JsonObject schema = new JsonObject();
    schema.add(
        "allOf", array(Schemas.ref("Problem"), with(new JsonObject(), "properties", properties)));
    JsonObject response = content(schema, "application/problem+json");
    JsonObject headers = new JsonObject();
    if (status == 429 || status == 503) {
      headers.add("Retry-After", object("$ref", "#/components/headers/Retry-After"));
    }
    if (status == 429) {
      addLimits(headers);
    }
    if (!headers.isEmpty()) {
      response.add("headers", headers);
    }
    response.addProperty(
        "description",
        String.join(", ", codes.stream().map(code -> "`" + code.wireName() + "`").toList()));
    return response;
  }

  private static JsonObject securitySchemes() {
    JsonObject schemes = new JsonObject();
    schemes.add(
        "apiKey", with(with(object("type", "apiKey"), "in", "header"), "name", "X-API-Key"));
    schemes.add("bearer", with(object("type", "http"), "scheme", "bearer"));
    return schemes;
  }

  static JsonObject content(JsonObject schema, String type) {
    return with(
        new JsonObject(),
        "content",
        with(new JsonObject(), type, with(new JsonObject(), "schema", schema)));
  }

  private static JsonObject header(String description) {
    return with(object("description", description), "schema", object("type", "string"));
  }

  private static JsonObject named(String scheme) {
    return with(new JsonObject(), scheme, new JsonArray());
  }

  static JsonArray array(JsonObject... elements) {
    JsonArray array = new JsonArray();
    Arrays.asList(elements).forEach(array::add);
    return array;
  }
}
