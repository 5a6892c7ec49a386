"""The application: every route under `/api/v1`, ready to be mounted in a bigger one."""

from fastapi import FastAPI
from fastapi.routing import APIRoute

from api.desk import ApiDesk
from api.faults import answer_errors
from api.routes import analyses, approvals, halts, health

MOUNT = "/api"
VERSION = "/v1"
API = MOUNT + VERSION
"""What every address begins with."""


def create_app(desk: ApiDesk) -> FastAPI:
    """The whole web application of one desk.

    It opens and closes nothing: whoever makes `desk` gives its database back after serving.
    """
    app = FastAPI(openapi_url=None)
    app.mount(MOUNT, create_api(desk))
    answer_errors(app)
    return app


def create_api(desk: ApiDesk) -> FastAPI:
    """The API alone, to be mounted at `/api`. Its document is `/v1/openapi.json`."""
    api = FastAPI(
        title="autotrader",
        version="1",
        # The pages with forms load their code from elsewhere; programs read the document.
        docs_url=None,
        redoc_url=None,
        openapi_url=f"{VERSION}/openapi.json",
        redirect_slashes=False,
        generate_unique_id_function=_name_of,
    )
    api.state.desk = desk
    for router in (health.router, *approvals.routers, *halts.routers, *analyses.routers):
        api.include_router(router, prefix=VERSION)
    answer_errors(api)
    return api


def _name_of(route: APIRoute) -> str:
    """What programs made of the document call the route: the name of its function."""
    return route.name
