-- Who sees which rows. The scope is set when a transaction begins (edu/accounts/scope.py):
--   edu.reach    'system' everything | 'nation' figures of all | 'schools' those listed | '' nothing
--   edu.schools  the ids of the schools in reach, as an array literal

CREATE FUNCTION current_reach() RETURNS text LANGUAGE sql STABLE AS
$$ SELECT coalesce(current_setting('edu.reach', true), '') $$;

CREATE FUNCTION current_schools() RETURNS bigint[] LANGUAGE sql STABLE AS
$$ SELECT coalesce(nullif(current_setting('edu.schools', true), ''), '{}')::bigint[] $$;

-- Records without names: the nation's figures are counted from them.
DO $$
DECLARE records text;
BEGIN
  FOREACH records IN ARRAY ARRAY[
    'person', 'membership', 'enrollment', 'enrollment_event', 'sitting', 'score'
  ] LOOP
    EXECUTE format('ALTER TABLE %I ENABLE ROW LEVEL SECURITY', records);
    EXECUTE format(
      'CREATE POLICY figures ON %I FOR SELECT USING ((SELECT current_reach()) = ''nation'')',
      records);
    EXECUTE format(
      'CREATE POLICY own_schools ON %I USING ((SELECT current_reach()) = ''system'''
      ' OR school_id = ANY ((SELECT current_schools())::bigint[]))',
      records);
  END LOOP;
END $$;

-- Names and numbers: the school's own, nobody else's.
ALTER TABLE person_identity ENABLE ROW LEVEL SECURITY;
CREATE POLICY own_schools ON person_identity USING (
  (SELECT current_reach()) = 'system' OR school_id = ANY ((SELECT current_schools())::bigint[]));

-- Anonymous respondents belong to no school of the registry.
ALTER TABLE respondent ENABLE ROW LEVEL SECURITY;
CREATE POLICY figures ON respondent FOR SELECT USING ((SELECT current_reach()) = 'nation');
CREATE POLICY system ON respondent USING ((SELECT current_reach()) = 'system');

-- Whether a number is known, and whether its person is out of reach: nothing more.
CREATE FUNCTION find_iin(wanted bytea[])
RETURNS TABLE (iin_index bytea, person_id bigint, elsewhere boolean)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT known.iin_index, known.person_id,
         NOT (current_reach() = 'system' OR known.school_id = ANY (current_schools()))
  FROM person_identity AS known WHERE known.iin_index = ANY (wanted)
$$;

-- The audit trail is written once.
CREATE FUNCTION refuse_change() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'audit entries are never changed'; END $$;
CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entry
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_change();

-- Scores are written once, and a published run stays what it is.
CREATE FUNCTION refuse_rescoring() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'scores and published runs are never changed'; END $$;
CREATE TRIGGER published_once BEFORE UPDATE ON scoring_run
  FOR EACH ROW WHEN (OLD.status = 'published') EXECUTE FUNCTION refuse_rescoring();
CREATE TRIGGER written_once BEFORE UPDATE ON item_statistic
  FOR EACH STATEMENT EXECUTE FUNCTION refuse_rescoring();
CREATE TRIGGER written_once BEFORE UPDATE OF run_id, sitting_id, value, se, plausible_values
  ON score FOR EACH STATEMENT EXECUTE FUNCTION refuse_rescoring();

-- Seats: counted for all schools at once, which no school's own scope could do.
CREATE FUNCTION takes_seat(status text) RETURNS boolean LANGUAGE sql IMMUTABLE AS
$$ SELECT status IN ('enrolled', 'completed') $$;

CREATE FUNCTION count_seats() RETURNS trigger
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
BEGIN
  IF TG_OP = 'INSERT' THEN
    UPDATE offering SET seats_taken = seats_taken + change.seats
    FROM (SELECT offering_id, count(*) AS seats FROM rows_after
          WHERE takes_seat(status) GROUP BY offering_id) AS change
    WHERE offering.id = change.offering_id;
  ELSIF TG_OP = 'DELETE' THEN
    UPDATE offering SET seats_taken = seats_taken - change.seats
    FROM (SELECT offering_id, count(*) AS seats FROM rows_before
          WHERE takes_seat(status) GROUP BY offering_id) AS change
    WHERE offering.id = change.offering_id;
  ELSE
    UPDATE offering SET seats_taken = seats_taken + change.seats
    FROM (SELECT offering_id, sum(seat) AS seats FROM (
            SELECT offering_id, 1 AS seat FROM rows_after WHERE takes_seat(status)
            UNION ALL
            SELECT offering_id, -1 FROM rows_before WHERE takes_seat(status)
          ) AS both_sides GROUP BY offering_id HAVING sum(seat) <> 0) AS change
    WHERE offering.id = change.offering_id;
  END IF;
  RETURN NULL;
END $$;

CREATE TRIGGER count_new_seats AFTER INSERT ON enrollment
  REFERENCING NEW TABLE AS rows_after FOR EACH STATEMENT EXECUTE FUNCTION count_seats();
CREATE TRIGGER count_freed_seats AFTER DELETE ON enrollment
  REFERENCING OLD TABLE AS rows_before FOR EACH STATEMENT EXECUTE FUNCTION count_seats();
CREATE TRIGGER count_changed_seats AFTER UPDATE ON enrollment
  REFERENCING OLD TABLE AS rows_before NEW TABLE AS rows_after
  FOR EACH STATEMENT EXECUTE FUNCTION count_seats();

-- The waitlist of an offering is one for all its schools: a freed seat goes to whoever applied
-- first, also where that person is out of reach of the school that freed it.
CREATE FUNCTION fill_seats(wanted bigint, on_day date, actor bigint) RETURNS SETOF bigint
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE free integer;
BEGIN
  SELECT coalesce(capacity - seats_taken, 2147483647) INTO free
  FROM offering JOIN program ON program.id = offering.program_id
  JOIN initiative ON initiative.id = program.initiative_id
  WHERE offering.id = wanted AND offering.standing = 'open'
    AND initiative.standing <> 'planned' AND on_day <= offering.ends_on
  FOR NO KEY UPDATE OF offering;
  IF coalesce(free, 0) <= 0 THEN RETURN; END IF;
  RETURN QUERY
  WITH promoted AS (
    UPDATE enrollment SET
      status = 'enrolled', reason = 'promoted_from_waitlist', version = version + 1,
      enrolled_on = greatest(on_day, waitlisted_on, applied_on)
    WHERE id IN (
      SELECT id FROM enrollment WHERE offering_id = wanted AND status = 'waitlisted'
      ORDER BY applied_on, id LIMIT free)
    RETURNING id, school_id, enrolled_on
  ), told AS (
    INSERT INTO enrollment_event
      (enrollment_id, school_id, previous, status, happened_on, reason, actor_id)
    SELECT id, school_id, 'waitlisted', 'enrolled', enrolled_on, 'promoted_from_waitlist', actor
    FROM promoted
  )
  SELECT id FROM promoted;
END $$;

-- A person's place in that waitlist, for the schools in reach only.
CREATE FUNCTION waitlist_places(wanted bigint[])
RETURNS TABLE (enrollment_id bigint, place bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT waiting.id, waiting.place FROM (
    SELECT id, school_id,
      row_number() OVER (PARTITION BY offering_id ORDER BY applied_on, id) AS place
    FROM enrollment WHERE offering_id = ANY (wanted) AND status = 'waitlisted'
  ) AS waiting
  WHERE current_reach() = 'system' OR waiting.school_id = ANY (current_schools())
$$;

-- Whether own people take part for a school out of reach, so that they are not enrolled twice.
CREATE FUNCTION enrolled_elsewhere(people bigint[], offerings bigint[])
RETURNS TABLE (person_id bigint, offering_id bigint)
LANGUAGE sql STABLE SECURITY DEFINER SET search_path = public AS $$
  SELECT known.person_id, known.offering_id
  FROM enrollment AS known JOIN person ON person.id = known.person_id
  WHERE known.person_id = ANY (people) AND known.offering_id = ANY (offerings)
    AND known.status IN ('applied', 'waitlisted', 'enrolled')
    AND person.school_id = ANY (current_schools())
    AND NOT known.school_id = ANY (current_schools())
$$;

-- After many rows at once the planner would guess, and only an owner may gather statistics.
CREATE FUNCTION gather_statistics(tables text[]) RETURNS void
LANGUAGE plpgsql SECURITY DEFINER SET search_path = public AS $$
DECLARE name text;
BEGIN
  FOREACH name IN ARRAY tables LOOP
    EXECUTE format('ANALYZE %I', name);
  END LOOP;
END $$;
