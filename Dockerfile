# One image for every process; the command chooses which.
FROM python:3.13-slim
WORKDIR /app
RUN pip install --no-cache-dir uv
COPY requirements.lock pyproject.toml README.md ./
RUN uv pip sync --system --require-hashes requirements.lock
COPY . .
RUN uv pip install --system --no-deps --editable .
CMD ["autotrader", "--help"]
