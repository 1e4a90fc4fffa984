package dev.latchkey.tenancy.endpoint;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.paging.PageTokens;
import jakarta.inject.Singleton;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a list goes on: tokens hold for one caller and one call with all its other fields. */
@Singleton
final class Pages {
  /** The fields that may differ from page to page. */
  private static final Set<String> FREE = Set.of("page_size", "page_token");

  private final PageTokens tokens;

  Pages(PageTokens tokens) {
    this.tokens = tokens;
  }

  /** The last id of the page before; null for the first page. */
  @Nullable UUID open(Request request, Caller caller) {
    return tokens.open(binding(request, caller), request.text("page_token")).orElse(null);
  }

  /** The token for the page after; empty on the last page. */
  String seal(Request request, Caller caller, Page<?> page) {
    return page.next().map(last -> tokens.seal(binding(request, caller), last)).orElse("");
  }

  private static String binding(Request request, Caller caller) {
    Message message = request.message();
    String filters =
        message.getAllFields().entrySet().stream()
            .filter(field -> !FREE.contains(field.getKey().getName()))
            .map(field -> field(field.getKey(), field.getValue()))
            .collect(Collectors.joining(","));
    return "%s %s %s"
        .formatted(message.getDescriptorForType().getFullName(), caller.keyId(), filters);
  }

  private static String field(FieldDescriptor field, Object value) {
    return field.getName() + "=" + value;
  }
}
