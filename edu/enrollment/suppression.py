"""Small counts in a table with totals: hidden so that no sum or difference gives one away."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from heapq import heappop, heappush

# Policy (disclosure control): readers of figures see no count of 1 to 9.
SMALLEST_COUNT = 10

Cell = tuple[int, int]
Vertex = tuple[str, int]


@dataclass
class Table:
    """Counts with their totals in the last row and the last column.

    A line's total ties its cells together. Rows and columns are the vertices of a graph whose
    edges are the hidden cells: a hidden cell can be computed from what is shown exactly if it
    lies on no cycle of hidden cells (all of them above zero). `fixed` cells stay as they are,
    shown or hidden, because another table shows them too.
    """

    counts: list[list[int]]
    fixed: frozenset[Cell] = frozenset()
    hidden: set[Cell] = field(default_factory=set)
    parents: dict[Vertex, Vertex] = field(default_factory=dict)

    @property
    def rows(self) -> int:
        """How many rows, the total included."""
        return len(self.counts)

    @property
    def columns(self) -> int:
        """How many columns, the total included."""
        return len(self.counts[0])

    def count(self, cell: Cell) -> int:
        """The count in a cell."""
        return self.counts[cell[0]][cell[1]]

    def cost(self, cell: Cell) -> int | None:
        """How much is lost by hiding a cell; None where that is of no use or not allowed."""
        if cell in self.hidden:
            return 0
        if cell in self.fixed or self.count(cell) == 0:
            return None
        is_total = cell[0] == self.rows - 1 or cell[1] == self.columns - 1
        return self.count(cell) + (self.counts[-1][-1] if is_total else 0)

    def component(self, vertex: Vertex) -> Vertex:
        """The name of the vertices that are known to share cycles with this one."""
        while (parent := self.parents.get(vertex, vertex)) != vertex:
            vertex = parent
        return vertex


def with_totals(counts: Sequence[Sequence[int]]) -> list[list[int]]:
    """The table with a column and a row of totals."""
    rows = [[*row, sum(row)] for row in counts]
    return [*rows, [sum(column) for column in zip(*rows, strict=True)]]


def suppress(
    counts: list[list[int]], *, fixed_row: Collection[int] | None = None
) -> frozenset[Cell]:
    """The cells of a table with totals that must not be shown.

    Where `fixed_row` is given, the row of totals is shown elsewhere already, except for these of
    its columns: neither more nor fewer of its cells are hidden here.
    """
    table = Table(counts)
    if fixed_row is not None:
        last = table.rows - 1
        table.fixed = frozenset((last, column) for column in range(table.columns))
        table.hidden |= {(last, column) for column in fixed_row}
    pending = [cell for cell in cells(table) if is_small(table, cell)]
    while pending:
        for cell in pending:
            table.hidden.add(cell)
        for cell in pending:
            close_cycle(table, cell)
        pending = thin_lines(table)
    return frozenset(table.hidden)


def cells(table: Table) -> list[Cell]:
    """All cells, totals included."""
    return [(row, column) for row in range(table.rows) for column in range(table.columns)]


def is_small(table: Table, cell: Cell) -> bool:
    """Whether a cell must be hidden for its own sake."""
    return cell not in table.fixed and 0 < table.count(cell) < SMALLEST_COUNT


def close_cycle(table: Table, cell: Cell) -> None:
    """Hide what is needed, as little as can be, for the cell to lie on a cycle."""
    start, goal = ("row", cell[0]), ("column", cell[1])
    if table.component(start) == table.component(goal):
        return
    path = cheapest_path(table, start, goal, without=cell)
    if path is None:  # cannot be, as long as totals are totals
        table.hidden |= {other for other in cells(table) if other not in table.fixed}
        return
    table.hidden |= set(path)
    for row, column in [*path, cell]:
        ends = table.component(("row", row)), table.component(("column", column))
        if ends[0] != ends[1]:
            table.parents[ends[0]] = ends[1]


def cheapest_path(table: Table, start: Vertex, goal: Vertex, *, without: Cell) -> list[Cell] | None:
    """Cells that lead from a row to a column, hiding as few people as possible (Dijkstra 1959)."""
    target = table.component(goal)
    queue: list[tuple[int, Vertex, tuple[Cell, ...]]] = [(0, start, ())]
    done: set[Vertex] = set()
    while queue:
        spent, vertex, path = heappop(queue)
        if table.component(vertex) == target:
            return list(path)
        if vertex in done:
            continue
        done.add(vertex)
        for cell, following in edges(table, vertex):
            cost = table.cost(cell)
            if cost is not None and cell != without and following not in done:
                heappush(queue, (spent + cost, following, (*path, cell)))
    return None


def edges(table: Table, vertex: Vertex) -> list[tuple[Cell, Vertex]]:
    """The cells of a line, each with the line that crosses there."""
    kind, number = vertex
    if kind == "row":
        return [((number, column), ("column", column)) for column in range(table.columns)]
    return [((row, number), ("row", row)) for row in range(table.rows)]


def thin_lines(table: Table) -> list[Cell]:
    """For each line whose hidden counts together are small, one more cell to hide."""
    lines = [("row", row) for row in range(table.rows)]
    lines += [("column", column) for column in range(table.columns)]
    found = (one_more(table, [cell for cell, _ in edges(table, line)]) for line in lines)
    return [cell for cell in found if cell is not None]


def one_more(table: Table, line: Sequence[Cell]) -> Cell | None:
    """The cheapest cell to hide besides, where total and shown cells tell a small sum."""
    *inner, total = line
    hidden = [cell for cell in inner if cell in table.hidden]
    if not hidden or total in table.hidden:
        return None
    if sum(table.count(cell) for cell in hidden) >= SMALLEST_COUNT:
        return None
    open_to_hide = [cell for cell in inner if cell not in hidden and table.cost(cell) is not None]
    return min(open_to_hide, key=table.count, default=None)
