import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from app.standing.clusters import cluster, gather, nearest, possible_counts, refine

places = st.lists(st.tuples(st.floats(-9, 9), st.floats(-9, 9)), max_size=40).map(
    lambda rows: np.array(rows).reshape(-1, 2)
)


def blobs(sizes: list[int], seed: int = 1) -> np.ndarray:
    """Round clouds of width 1, ten apart."""
    random = np.random.default_rng(seed)
    return np.concatenate([random.standard_normal((size, 2)) + [10 * place, 0] for place, size in enumerate(sizes)])


@pytest.mark.parametrize("sizes", [[20, 30], [200, 300, 250], [30, 4, 30], [3000, 2000, 200]])
def test_clouds_are_found(sizes: list[int]) -> None:
    points = blobs(sizes)
    labels = nearest(points, refine(points, cluster(points)[len(sizes)].centers))
    assert sorted(np.bincount(labels)) == sorted(sizes)


def test_a_cloud_under_the_least_size_is_no_cluster() -> None:
    for sizes in ([40, 2, 40], [3000, 80, 2000]):
        points = blobs(sizes)
        sizes_of = {count: np.bincount(nearest(points, each.centers)) for count, each in cluster(points).items()}
        assert min(sizes_of[2]) >= sizes[2] - 1
        assert all(min(each) >= max(3, 0.02 * len(points)) for each in sizes_of.values())


def test_few_people_make_few_clusters() -> None:
    assert [list(possible_counts(people)) for people in (0, 11, 12, 24, 1000)] == [
        [2], [2], [2, 3], [2, 3, 4], [2, 3, 4, 5],
    ]  # fmt: skip
    assert cluster(np.arange(10.0).reshape(5, 2)) == {}
    assert cluster(np.ones((50, 2))) == {}
    assert cluster(np.zeros((0, 2))) == {}


def test_the_silhouette_by_hand() -> None:
    points = np.array([[0.0, 0], [1, 0], [2, 0], [10, 0], [11, 0], [12, 0]])
    expected = []
    for point in points[:, 0]:
        own = [abs(point - other) for other in points[:, 0] if abs(point - other) < 5]
        across = [abs(point - other) for other in points[:, 0] if abs(point - other) > 5]
        near, far = sum(own) / 2, sum(across) / 3
        expected.append((far - near) / far)
    assert cluster(points)[2].silhouette == pytest.approx(np.mean(expected))


@settings(max_examples=40, deadline=None)
@given(places, st.randoms(use_true_random=False))
def test_any_points_in_any_order_give_the_same_centers(points: np.ndarray, random: object) -> None:
    order = list(range(len(points)))
    random.shuffle(order)  # type: ignore[attr-defined]
    found, again = cluster(points), cluster(points[order])
    assert found.keys() == again.keys()
    for count, clustering in found.items():
        assert clustering.centers.tolist() == again[count].centers.tolist()
        assert -1 <= clustering.silhouette <= 1
        assert np.bincount(nearest(points, clustering.centers), minlength=count).min() >= 3


def test_gathered_points_stand_for_everybody() -> None:
    points = blobs([900, 700])
    gathered = gather(points)
    assert len(gathered.points) < 900
    assert gathered.weights.sum() == 1600
    assert gathered.weights @ gathered.points == pytest.approx(points.sum(axis=0))
