"""Which tests share a process under `make test`: those of a file, and of files that share a shop or a server."""


def test_a_test_knows_its_file_where_processes_share_the_work(request):
    """By that name pytest-xdist keeps a file's tests together; else each process builds every shop and server anew."""
    is_shared = getattr(request.config.option, "loadgroup", False)
    assert request.node.nodeid.endswith("@test_together") == is_shared
