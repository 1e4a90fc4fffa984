package dev.latchkey.keys.issuing;

import dev.latchkey.keys.access.KeyVisibility;
import dev.latchkey.keys.authenticate.ForeignTexts;
import dev.latchkey.keys.decision.KeyState;
import dev.latchkey.keys.hashing.KeyHash;
import dev.latchkey.keys.store.KeyStore;
import dev.latchkey.keys.store.StoredKey;
import dev.latchkey.keys.tenancy.Lineage;
import dev.latchkey.keys.tenancy.MemberView;
import dev.latchkey.kit.access.Caller;
import dev.latchkey.kit.access.CallerRefusals;
import dev.latchkey.kit.database.Transactions;
import dev.latchkey.kit.errors.ApiException;
import dev.latchkey.kit.validation.Fields;
import dev.latchkey.proto.errors.v1.ErrorReason;
import dev.latchkey.proto.keys.v1.ImportedKey;
import jakarta.inject.Singleton;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * Takes over keys of other systems, a batch in one transaction. Each key stands for itself: one
 * that is refused stops no other, and one that was imported before is answered with its id. None is
 * taken that its importer could not have made.
 */
@Singleton
class KeyImport {
  /** So that batches with the same keys wait for each other in no circle. */
  private static final Comparator<StoredKey> BY_HASH =
      Comparator.comparing(
          StoredKey::hash,
          Comparator.comparingLong(KeyHash::a)
              .thenComparingLong(KeyHash::b)
              .thenComparingLong(KeyHash::c)
              .thenComparingLong(KeyHash::d));

  private final KeyManagement keys;
  private final KeyWrites writes;
  private final Transactions transactions;
  private final ForeignTexts foreignTexts;
  private final KeyIssuing issuing;
  private final KeyOwners owners;

  KeyImport(
      KeyManagement keys,
      KeyIssuing issuing,
      KeyOwners owners,
      KeyWrites writes,
      Transactions transactions,
      ForeignTexts foreignTexts) {
    this.keys = keys;
    this.issuing = issuing;
    this.owners = owners;
    this.writes = writes;
    this.transactions = transactions;
    this.foreignTexts = foreignTexts;
  }

  /**
   * Who imports.
   *
   * @param etag that of the caller's key when the import began: an import may take long, and must
   *     not outlive what its key was allowed
   */
  record Importer(Caller caller, String etag) {}

  Importer importer(Caller caller) {
    return new Importer(
        caller,
        transactions
            .read(connection -> KeyStore.byId(connection, caller.keyId()))
            .map(StoredKey::etag)
            .orElseThrow(CallerRefusals::invalid));
  }

  /** Stores a batch; an outcome for each key, in the same order. */
  List<ImportOutcome> store(Importer importer, List<ImportedKey> batch) {
    Named named = new Named(importer.caller());
    List<Candidate> candidates = batch.stream().map(key -> read(importer, key, named)).toList();
    List<ImportOutcome> outcomes =
        writes.run(
            transaction -> {
              requireUnchanged(transaction, importer);
              return settle(transaction, candidates);
            });
    foreignTexts.look();
    return outcomes;
  }

  /** A key that could be read and made, or why it could not. */
  private sealed interface Candidate {
    record Good(StoredKey key, Lineage lineage) implements Candidate {}

    record Bad(ImportOutcome.Refused why) implements Candidate {}
  }

  private Candidate read(Importer importer, ImportedKey wanted, Named named) {
    try {
      Fields in = new Fields();
      ForeignKey foreign = ImportRequests.foreign(in, wanted);
      KeyDraft draft = ImportRequests.draft(in, wanted, keys.now());
      in.check();
      Lineage lineage = named.node(draft.nodeId());
      MemberView owner = named.owner(draft, lineage);
      return new Candidate.Good(
          issuing.imported(importer.caller(), draft, foreign, owner, lineage), lineage);
    } catch (ApiException refusal) {
      if (refusal.retryAfter() != null) {
        // No decision about the key: the call fails, and may be made again.
        throw refusal;
      }
      return new Candidate.Bad(new ImportOutcome.Refused(refusal));
    }
  }

  /** The nodes and users that a batch names, each looked up once. */
  private final class Named {
    private final Caller caller;
    private final Map<UUID, Lineage> nodes = new HashMap<>();
    private final Map<List<UUID>, MemberView> owners = new HashMap<>();
    private final Map<UUID, ApiException> refused = new HashMap<>();

    Named(Caller caller) {
      this.caller = caller;
    }

    Lineage node(UUID id) {
      ApiException before = refused.get(id);
      if (before != null) {
        throw before;
      }
      try {
        return nodes.computeIfAbsent(id, node -> keys.node(caller, node));
      } catch (ApiException refusal) {
        refused.put(id, refusal);
        throw refusal;
      }
    }

    /** Waits for a user that is not known yet once, however many keys name them. */
    @Nullable MemberView owner(KeyDraft draft, Lineage lineage) {
      UUID userId = draft.ownerUserId();
      if (userId == null) {
        return null;
      }
      List<UUID> where = List.of(userId, draft.nodeId());
      MemberView known = owners.get(where);
      if (known == null) {
        known = KeyImport.this.owners.ofImportedKey(caller, userId, lineage);
        owners.put(where, known);
      }
      return known;
    }
  }

  private void requireUnchanged(KeyTransaction transaction, Importer importer) {
    StoredKey own =
        KeyStore.byId(transaction.connection(), importer.caller().keyId())
            .filter(key -> key.validity().at(keys.now().toEpochMilli()) == KeyState.ACTIVE)
            .orElseThrow(CallerRefusals::invalid);
    if (!own.etag().equals(importer.etag())) {
      throw ApiException.etagMismatch(KeyVisibility.TYPE, own.id(), own.etag());
    }
  }

  private List<ImportOutcome> settle(KeyTransaction transaction, List<Candidate> candidates) {
    Map<KeyHash, Candidate.Good> wanted = new LinkedHashMap<>();
    for (Candidate candidate : candidates) {
      if (candidate instanceof Candidate.Good good) {
        wanted.putIfAbsent(good.key().hash(), good);
      }
    }
    Map<KeyHash, StoredKey> present = new HashMap<>();
    add(present, transaction.withHashes(wanted.keySet()));
    ImportAdmission admission = new ImportAdmission(transaction, keys.now());
    wanted.values().stream()
        .filter(good -> !present.containsKey(good.key().hash()))
        .forEach(good -> admission.ask(good.key(), good.lineage()));
    List<StoredKey> fresh = admission.admitted().stream().sorted(BY_HASH).toList();
    List<StoredKey> added = transaction.insertFree(fresh);
    add(present, added);
    if (added.size() < fresh.size()) {
      // Others were faster, and have committed.
      add(present, transaction.withHashes(wanted.keySet()));
    }
    if (!added.isEmpty()) {
      foreignTexts.mark(transaction.connection());
      transaction.touched().foreignKeys();
    }
    List<ImportOutcome> outcomes = new ArrayList<>(candidates.size());
    for (Candidate candidate : candidates) {
      outcomes.add(
          switch (candidate) {
            case Candidate.Bad bad -> bad.why();
            case Candidate.Good(StoredKey key, Lineage _) ->
                admission
                    .refusal(key.hash())
                    .<ImportOutcome>map(ImportOutcome.Refused::new)
                    .orElseGet(() -> outcome(key, present.get(key.hash())));
          });
    }
    return outcomes;
  }

  private static void add(Map<KeyHash, StoredKey> present, List<StoredKey> keys) {
    keys.forEach(key -> present.put(key.hash(), key));
  }

  private static ImportOutcome outcome(StoredKey wanted, @Nullable StoredKey present) {
    if (present == null) {
      throw new IllegalStateException("a hash is neither free nor taken");
    }
    if (present.id().equals(wanted.id())) {
      return new ImportOutcome.Imported(wanted.id(), false);
    }
    return present.imported() && present.binding().equals(wanted.binding())
        ? new ImportOutcome.Imported(present.id(), true)
        : new ImportOutcome.Refused(
            ApiException.of(
                ErrorReason.ERROR_REASON_KEY_TEXT_TAKEN,
                "There is a key with this text already, of another node or not imported.",
                Map.of()));
  }
}
