package dev.latchkey.keys.issuing;

import dev.latchkey.keys.access.KeyVisibility;
import dev.latchkey.keys.store.Binding;
import dev.latchkey.keys.store.KeyFilter;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.paging.Page;
import dev.latchkey.kit.paging.PageTokens;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.keys.v1.ListKeysRequest;
import dev.latchkey.proto.keys.v1.ListKeysResponse;
import jakarta.inject.Singleton;
import java.util.List;
import java.util.Optional;
import java.util.UUID;

/** Answers ListKeys, page by page. What a caller may not see is left out by the query itself. */
@Singleton
class KeyLists {
  private final KeyManagement keys;
  private final KeyAnswers answers;
  private final PageTokens pageTokens;

  KeyLists(KeyManagement keys, KeyAnswers answers, PageTokens pageTokens) {
    this.keys = keys;
    this.answers = answers;
    this.pageTokens = pageTokens;
  }

  ListKeysResponse list(Caller caller, ListKeysRequest request) {
    Fields in = new Fields();
    UUID nodeId = in.optionalId("node_id", request.getNodeId());
    int size =
        in.pageSize("page_size", request.getPageSize(), Page.DEFAULT_SIZE, Page.LARGEST_SIZE);
    KeyFilter shape = KeyRequests.filter(in, request);
    in.check();
    String binding = KeyRequests.pageBinding(caller, request);
    Optional<UUID> after = pageTokens.open(binding, request.getPageToken());
    Optional<Binding> within = keys.listed(caller, nodeId);
    KeyFilter filter =
        new KeyFilter(
            within,
            nodeId == null || request.getIncludeDescendants(),
            shape.owner(),
            KeyVisibility.listed(caller, within.map(Binding::lineage).orElse(List.of())),
            shape.state(),
            shape.nameContains(),
            shape.prefix(),
            shape.lastCharacters());
    Page<StoredKey> page = keys.list(filter, after, size);
    ListKeysResponse.Builder response = ListKeysResponse.newBuilder();
    response.addAllKeys(answers.of(page.items()));
    page.next().ifPresent(last -> response.setNextPageToken(pageTokens.seal(binding, last)));
    return response.build();
  }
}
